{%- set this_year = "date_trunc('year', cast('" ~ as_of_day() ~ "' as date))" -%}
{%- set first_day = "cast(" ~ dbt.dateadd('year', -var('dates_years_back'), this_year) ~ " as date)" -%}
{%- set last_day = "cast(" ~ dbt.dateadd('day', -1, dbt.dateadd('year', var('dates_years_ahead') + 1, this_year)) ~ " as date)" -%}
with days as (
    select date_day from {{ date_series(first_day, last_day) }} as series
),

-- The fiscal year is named after the calendar year in which it ends. Months are counted from its
-- first month.
placed as (
    select
        date_day,
        mod(extract(month from date_day) - {{ var('fiscal_year_start_month') }} + 12, 12) as fiscal_month_index,
        extract(year from date_day)
        + case
            when
                {{ var('fiscal_year_start_month') }} > 1
                and extract(month from date_day) >= {{ var('fiscal_year_start_month') }} then 1
            else 0
        end as fiscal_year
    from days
),

final as (
    select
        date_day,
        cast(date_trunc('week', date_day) as date) as week_start_date,
        cast(date_trunc('month', date_day) as date) as month_start_date,
        cast(fiscal_year as bigint) as fiscal_year,
        cast(floor(fiscal_month_index / 3) + 1 as bigint) as fiscal_quarter,
        cast(extract(year from date_day) as bigint) as calendar_year,
        cast(extract(month from date_day) as bigint) as calendar_month,
        {{ weekday_number('date_day') }} as weekday_number,
        {{ weekday_number('date_day') }} >= 6 as is_weekend,
        date_day <= cast('{{ as_of_day() }}' as date) as is_past
    from placed
)

select * from final

{%- set as_of_date = "cast('" ~ as_of_day() ~ "' as date)" -%}
{%- set first_day = "cast(" ~ dbt.dateadd('year', -var('dates_years_back'), as_of_date) ~ " as date)" -%}
{%- set last_day = "cast(" ~ dbt.dateadd('day', 1, as_of_date) ~ " as date)" -%}

with days as (
    select date_day from {{ date_series(first_day, last_day) }} as series
),

business_hours as (select * from {{ ref('business_hours') }}),

business_holidays as (select * from {{ ref('business_holidays') }}),

opened as (
    select
        days.date_day,
        business_hours.opens_hour * 3600 as opens_second,
        case
            when business_holidays.holiday_date is null
                then (business_hours.closes_hour - business_hours.opens_hour) * 3600
        end as open_seconds
    from days
    left join business_hours on {{ weekday_number('days.date_day') }} = business_hours.weekday
    left join business_holidays on days.date_day = business_holidays.holiday_date
),

-- Business seconds before each day, so that the time between two moments is a difference.
business_days as (
    select
        date_day,
        coalesce(opens_second, 0) as opens_second,
        coalesce(open_seconds, 0) as open_seconds,
        coalesce(
            sum(open_seconds) over (
                order by date_day nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as open_seconds_before
    from opened
)

select * from business_days

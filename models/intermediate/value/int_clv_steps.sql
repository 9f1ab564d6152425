with periods as (select * from {{ ref('int_clv_periods') }}),

as_of as (select * from {{ ref('as_of') }}),

months as (
    select
        as_of_date,
        {{ month_series_of(
            'as_of_date',
            'cast(' ~ dbt.dateadd('month', var('clv_horizon_months') - 1, 'as_of_date') ~ ' as date)'
        ) }} as series_month
    from as_of
),

numbered as (
    select
        cast(
            {{ dbt.datediff('as_of_date', 'series_month', 'month') }} + 1 as int
        ) as months_ahead
    from months
),

-- A step of one month is 365.25 ÷ 84 weeks. The back-test has one step, its held-out months,
-- without discount.
steps as (
    select
        'current' as fit_period,
        months_ahead * cast(365.25 as double) / 84 as weeks_ahead,
        power(
            1 + cast({{ var('annual_discount_rate') }} as double),
            -months_ahead / cast(12 as double)
        ) as discount_factor
    from numbered
    union all
    select
        fit_period,
        held_out_weeks as weeks_ahead,
        cast(1 as double) as discount_factor
    from periods
    where held_out_weeks > 0
),

-- Purchases are expected cumulatively. The discounted sum of the steps' differences equals the sum
-- of cumulative purchases × (own discount factor − that of the next step).
weighed as (
    select
        fit_period,
        weeks_ahead,
        discount_factor - coalesce(lead(discount_factor) over (
            partition by fit_period order by weeks_ahead asc nulls last
        ), 0) as discounted_weight,
        discount_factor,
        lead(weeks_ahead) over (
            partition by fit_period order by weeks_ahead asc nulls last
        ) is null as is_last
    from steps
)

select * from weighed

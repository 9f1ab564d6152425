with purchase_days as (select * from {{ ref('int_customer_purchase_days') }}),

as_of as (select * from {{ ref('as_of') }}),

-- The back-test holds out at most a third of the history, in whole months of 365.25 ÷ 12 days.
history as (
    select
        as_of.as_of_date,
        least(
            {{ var('clv_backtest_months') }},
            coalesce(cast(floor(
                {{ dbt.datediff('min(purchase_days.purchase_date)', 'as_of.as_of_date', 'day') }}
                / cast(365.25 as double) * 12 / 3
            ) as int), 0)
        ) as backtest_months
    from as_of
    left outer join purchase_days on as_of.as_of_date >= purchase_days.purchase_date
    group by as_of.as_of_date
),

periods as (
    select
        'current' as fit_period,
        0 as held_out_months,
        as_of_date as fitted_until,
        as_of_date
    from history
    union all
    select
        'backtest' as fit_period,
        backtest_months as held_out_months,
        cast({{ dbt.dateadd('month', '-backtest_months', 'as_of_date') }} as date) as fitted_until,
        as_of_date
    from history
    where backtest_months > 0
),

with_weeks as (
    select
        fit_period,
        held_out_months,
        {{ dbt.datediff('fitted_until', 'as_of_date', 'day') }}
        / cast(7 as double) as held_out_weeks,
        fitted_until
    from periods
)

select * from with_weeks

with purchase_days as (select * from {{ ref('int_customer_purchase_days') }}),

as_of as (select * from {{ ref('as_of') }}),

history as (
    select
        as_of.as_of_date,
        cast(date_trunc('month', as_of.as_of_date) as date) as as_of_month,
        cast(date_trunc('month', min(purchase_days.purchase_date)) as date) as first_month
    from as_of
    left outer join purchase_days on as_of.as_of_date >= purchase_days.purchase_date
    group by as_of.as_of_date
),

-- The back-test holds out calendar months, including that of as_of; at most a third of the history.
held_out as (
    select
        as_of_date,
        as_of_month,
        least(
            {{ var('clv_backtest_months') }},
            coalesce(cast(floor(
                ({{ dbt.datediff('first_month', 'as_of_month', 'month') }} + 1)
                / cast(3 as double)
            ) as int), 0)
        ) as backtest_months
    from history
),

periods as (
    select
        'current' as fit_period,
        0 as held_out_months,
        as_of_date as fitted_until,
        as_of_date
    from held_out
    union all
    select
        'backtest' as fit_period,
        backtest_months as held_out_months,
        cast({{ dbt.dateadd(
            'day', -1, dbt.dateadd('month', '1 - backtest_months', 'as_of_month')
        ) }} as date) as fitted_until,
        as_of_date
    from held_out
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

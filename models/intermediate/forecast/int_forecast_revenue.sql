with forecast_months as (select * from {{ ref('int_forecast_months') }}),

recurring as (select * from {{ ref('int_forecast_recurring_revenue') }}),

one_off as (select * from {{ ref('int_forecast_one_off_revenue') }}),

recognised as (select * from {{ ref('int_recognised_revenue') }}),

lines as (select * from {{ ref('int_revenue_lines') }}),

accounts as (select * from {{ ref('int_accounts') }}),

-- Services of later months that were already billed.
deferred as (
    select
        coalesce(accounts.segment, 'unknown') as segment,
        recognised.period_month,
        lines.revenue_date,
        sum(cast(recognised.amount as double)) as amount
    from recognised
    inner join lines on recognised.line_id = lines.line_id
    left join accounts on recognised.account_id = accounts.account_id
    where
        recognised.revenue_type = 'recurring'
        and recognised.period_month
        > cast({{ dbt.date_trunc('month', 'lines.revenue_date') }} as date)
    group by all
),

contracted as (
    select
        forecast_months.as_of_month,
        forecast_months.months_ahead,
        deferred.segment,
        sum(deferred.amount) as amount
    from forecast_months
    inner join deferred
        on
            forecast_months.target_month = deferred.period_month
            and forecast_months.forecast_date >= deferred.revenue_date
    group by all
),

-- What is already billed is certain; the rest of the recurring base is not.
components as (
    select
        as_of_month,
        months_ahead,
        segment,
        'contracted' as component,
        amount as expected_amount,
        cast(0 as double) as variance,
        cast(0 as double) as cumulative_variance
    from contracted
    union all
    select
        recurring.as_of_month,
        recurring.months_ahead,
        recurring.segment,
        recurring.component,
        case
            when recurring.component = 'recurring_base'
                then greatest(recurring.expected_amount - coalesce(contracted.amount, 0), 0)
            else recurring.expected_amount
        end as expected_amount,
        recurring.variance,
        recurring.cumulative_variance
    from recurring
    left join contracted
        on
            recurring.as_of_month = contracted.as_of_month
            and recurring.months_ahead = contracted.months_ahead
            and recurring.segment = contracted.segment
    union all
    select
        as_of_month,
        months_ahead,
        segment,
        'one_off' as component,
        expected_amount,
        variance,
        cumulative_variance
    from one_off
)

select * from components

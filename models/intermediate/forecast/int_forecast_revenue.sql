with forecast_months as (select * from {{ ref('int_forecast_months') }}),

recurring as (select * from {{ ref('int_forecast_recurring_revenue') }}),

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
        and recognised.period_month > cast({{ dbt.date_trunc('month', 'lines.revenue_date') }} as date)
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
            and deferred.revenue_date <= forecast_months.forecast_date
    group by all
),

one_off_by_month as (
    select
        coalesce(accounts.segment, 'unknown') as segment,
        recognised.period_month,
        sum(cast(recognised.amount as double)) as amount
    from recognised
    left join accounts on recognised.account_id = accounts.account_id
    where recognised.revenue_type <> 'recurring'
    group by coalesce(accounts.segment, 'unknown'), recognised.period_month
),

-- Mean of the last six months, and how much the last twelve differed from each other.
one_off_levels as (
    select
        forecast_months.as_of_month,
        forecast_months.months_ahead,
        forecast_months.month_share,
        one_off_by_month.segment,
        sum(
            case
                when one_off_by_month.period_month
                    > {{ dbt.dateadd('month', -6, 'forecast_months.last_whole_month') }}
                    then one_off_by_month.amount
                else 0
            end
        ) / 6 as level,
        sum(one_off_by_month.amount * one_off_by_month.amount) / 12
        - power(sum(one_off_by_month.amount) / 12, 2) as variance
    from forecast_months
    inner join one_off_by_month
        on
            one_off_by_month.period_month <= forecast_months.last_whole_month
            and one_off_by_month.period_month
            > {{ dbt.dateadd('month', -12, 'forecast_months.last_whole_month') }}
    group by all
),

one_off_seasons as (
    select
        forecast_months.as_of_month,
        forecast_months.months_ahead,
        12 * sum(
            case
                when one_off_by_month.period_month
                    = cast({{ dbt.dateadd('month', -12, 'forecast_months.target_month') }} as date)
                    then one_off_by_month.amount
                else 0
            end
        ) / nullif(sum(one_off_by_month.amount), 0) as season_index
    from forecast_months
    inner join one_off_by_month
        on
            one_off_by_month.period_month <= forecast_months.last_whole_month
            and one_off_by_month.period_month
            > {{ dbt.dateadd('month', -12, 'forecast_months.last_whole_month') }}
    where forecast_months.history_months >= 24
    group by forecast_months.as_of_month, forecast_months.months_ahead
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
        one_off_levels.as_of_month,
        one_off_levels.months_ahead,
        one_off_levels.segment,
        'one_off' as component,
        one_off_levels.level * coalesce(one_off_seasons.season_index, 1) as expected_amount,
        greatest(one_off_levels.variance, 0) as variance,
        greatest(one_off_levels.variance, 0) * greatest(one_off_levels.months_ahead, 1)
            as cumulative_variance
    from one_off_levels
    left join one_off_seasons
        on
            one_off_levels.as_of_month = one_off_seasons.as_of_month
            and one_off_levels.months_ahead = one_off_seasons.months_ahead
)

select * from components

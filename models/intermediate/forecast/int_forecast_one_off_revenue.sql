with forecast_months as (
    select
        *,
        -- The month of the forecast may not be over yet.
        greatest(
            history_months - {{ dbt.datediff('last_whole_month', 'as_of_month', 'month') }}, 1
        ) as whole_months
    from {{ ref('int_forecast_months') }}
),

recognised as (select * from {{ ref('int_recognised_revenue') }}),

accounts as (select * from {{ ref('int_accounts') }}),

one_off_by_month as (
    select
        coalesce(accounts.segment, 'unknown') as segment,
        recognised.period_month,
        count(*) as sales_count,
        sum(cast(recognised.amount as double)) as amount
    from recognised
    left join accounts on recognised.account_id = accounts.account_id
    where recognised.revenue_type <> 'recurring'
    group by coalesce(accounts.segment, 'unknown'), recognised.period_month
),

-- Mean of the last six months, and how much the last twelve differed from each other; of all months
-- if there are fewer.
one_off_levels as (
    select
        forecast_months.as_of_month,
        forecast_months.months_ahead,
        one_off_by_month.segment,
        sum(
            case
                when
                    one_off_by_month.period_month
                    > {{ dbt.dateadd('month', -6, 'forecast_months.last_whole_month') }}
                    then one_off_by_month.amount
                else 0
            end
        ) / least(forecast_months.whole_months, 6) as level,
        sum(one_off_by_month.amount * one_off_by_month.amount)
        / least(forecast_months.whole_months, 12)
        - power(sum(one_off_by_month.amount) / least(forecast_months.whole_months, 12), 2)
            as variance
    from forecast_months
    inner join one_off_by_month
        on
            forecast_months.last_whole_month >= one_off_by_month.period_month
            and one_off_by_month.period_month
            > {{ dbt.dateadd('month', -12, 'forecast_months.last_whole_month') }}
    group by
        forecast_months.as_of_month, forecast_months.months_ahead, forecast_months.whole_months,
        one_off_by_month.segment
),

-- How the month differed, a year ago, from the six months whose level counts today; pulled towards
-- 1 where few sales are made a month.
one_off_seasons as (
    select
        forecast_months.as_of_month,
        forecast_months.months_ahead,
        6 * sum(
            case
                when
                    one_off_by_month.period_month
                    = cast({{ dbt.dateadd('month', -12, 'forecast_months.target_month') }} as date)
                    then one_off_by_month.amount
                else 0
            end
        ) / nullif(sum(
            case
                when
                    one_off_by_month.period_month
                    <= {{ dbt.dateadd('month', -12, 'forecast_months.last_whole_month') }}
                    then one_off_by_month.amount
                else 0
            end
        ), 0) as season_index,
        sum(one_off_by_month.sales_count)
        / (sum(one_off_by_month.sales_count) + 18e0 * {{ var('forecast_prior_weight') }})
            as season_weight
    from forecast_months
    inner join one_off_by_month
        on
            forecast_months.last_whole_month >= one_off_by_month.period_month
            and one_off_by_month.period_month
            > {{ dbt.dateadd('month', -18, 'forecast_months.last_whole_month') }}
    where forecast_months.history_months >= 24
    group by forecast_months.as_of_month, forecast_months.months_ahead
),

final as (
    select
        one_off_levels.as_of_month,
        one_off_levels.months_ahead,
        one_off_levels.segment,
        one_off_levels.level * coalesce(
            1 + (one_off_seasons.season_index - 1) * one_off_seasons.season_weight, 1
        ) as expected_amount,
        greatest(one_off_levels.variance, 0) as variance,
        greatest(one_off_levels.variance, 0) * greatest(one_off_levels.months_ahead, 1)
            as cumulative_variance
    from one_off_levels
    left join one_off_seasons
        on
            one_off_levels.as_of_month = one_off_seasons.as_of_month
            and one_off_levels.months_ahead = one_off_seasons.months_ahead
)

select * from final

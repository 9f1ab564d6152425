with forecast_months as (select * from {{ ref('int_forecast_months') }}),

recognised as (select * from {{ ref('int_recognised_revenue') }}),

accounts as (select * from {{ ref('int_accounts') }}),

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
                when
                    one_off_by_month.period_month
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
            forecast_months.last_whole_month >= one_off_by_month.period_month
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
                when
                    one_off_by_month.period_month
                    = cast({{ dbt.dateadd('month', -12, 'forecast_months.target_month') }} as date)
                    then one_off_by_month.amount
                else 0
            end
        ) / nullif(sum(one_off_by_month.amount), 0) as season_index
    from forecast_months
    inner join one_off_by_month
        on
            forecast_months.last_whole_month >= one_off_by_month.period_month
            and one_off_by_month.period_month
            > {{ dbt.dateadd('month', -12, 'forecast_months.last_whole_month') }}
    where forecast_months.history_months >= 24
    group by forecast_months.as_of_month, forecast_months.months_ahead
),

final as (
    select
        one_off_levels.as_of_month,
        one_off_levels.months_ahead,
        one_off_levels.segment,
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

select * from final

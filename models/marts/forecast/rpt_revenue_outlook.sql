with goal_months as (
    select * from {{ ref('int_goal_months') }}
    where metric = 'won_amount' and team = '(all)'
),

last_months as (
    select max(target_month) as last_month
    from {{ ref('int_forecast_months') }}
    where is_current
),

amounts as (
    select
        parts.part as channel,
        closings.segment,
        parts.amount as won_amount,
        0 as expected_open_amount,
        parts.amount as forecast_amount,
        closings.closed_month as period_month
    from {{ ref('int_opportunity_closings') }} as closings
    inner join {{ ref('int_opportunity_parts') }} as parts
        on closings.opportunity_id = parts.opportunity_id
    where closings.is_won and parts.conversion_type = 'won' and parts.split_by = 'channel'
    union all
    select
        part as channel,
        segment,
        0 as won_amount,
        case when component = 'open_pipeline' then forecast_amount else 0 end
            as expected_open_amount,
        forecast_amount,
        target_month as period_month
    from {{ ref('int_bookings_parts') }}
    where split_by = 'channel'
),

-- Fans out on purpose: each channel and segment also counts in the totals.
sliced as (
    select
        coalesce(totals.channel, amounts.channel) as channel,
        coalesce(totals.segment, amounts.segment) as segment,
        sum(amounts.won_amount) as won_amount,
        sum(amounts.expected_open_amount) as expected_open_amount,
        sum(amounts.forecast_amount) as forecast_amount,
        cast(null as decimal(18, 4)) as target_amount,
        amounts.period_month
    from amounts
    cross join (
        values (null, null), ('(all)', null), (null, '(all)'), ('(all)', '(all)')
    ) as totals (channel, segment)
    group by all
    union all
    select
        '(all)' as channel,
        segment,
        0 as won_amount,
        0 as expected_open_amount,
        0 as forecast_amount,
        target as target_amount,
        period_month
    from goal_months
),

periods as (
    select
        grains.period_grain,
        grains.months_count,
        sliced.channel,
        sliced.segment,
        sum(sliced.won_amount) as won_amount,
        sum(sliced.expected_open_amount) as expected_open_amount,
        sum(sliced.forecast_amount) as forecast_amount,
        sum(sliced.target_amount) as target_amount,
        count(distinct case when sliced.target_amount is not null then sliced.period_month end)
            as target_months_count,
        {{ period_start('grains.period_grain', 'sliced.period_month') }} as period_start
    from sliced
    cross join (
        values ('month', 1), ('quarter', 3), ('year', 12)
    ) as grains (period_grain, months_count)
    group by all
),

-- A period that ends after the forecast's last month is only half forecast.
final as (
    select
        periods.period_grain,
        periods.channel,
        periods.segment,
        cast(periods.won_amount as decimal(18, 2)) as won_amount,
        cast(periods.expected_open_amount as decimal(18, 2)) as expected_open_amount,
        cast(
            periods.forecast_amount - periods.won_amount - periods.expected_open_amount
            as decimal(18, 2)
        ) as expected_future_amount,
        cast(periods.forecast_amount as decimal(18, 2)) as forecast_amount,
        cast(
            case
                when periods.target_months_count = periods.months_count
                    then periods.target_amount
            end as decimal(18, 2)
        ) as target_amount,
        periods.channel = '(all)' or periods.segment = '(all)' as is_total,
        periods.period_start
    from periods
    cross join last_months
    where
        cast({{ dbt.dateadd(
            'month', 'cast(periods.months_count as int) - 1', 'periods.period_start'
        ) }} as date) <= last_months.last_month
)

select * from final

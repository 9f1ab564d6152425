{%- set month_of_quarter = 'mod(cast(extract(month from period_month) as int) - '
    ~ var('fiscal_year_start_month') ~ ' + 12, 3)' -%}

with channel_performance as (
    select
        channel,
        model,
        conversion_type,
        credited_value,
        spend,
        cast({{ dbt.dateadd('month', '-' ~ month_of_quarter, 'period_month') }} as date)
            as period_quarter
    from {{ ref('rpt_channel_performance') }}
    where basis = 'conversion_month' and conversion_type in ('won', 'order')
),

as_of as (select * from {{ ref('as_of') }}),

-- Spend repeats for every conversion type; read it from one.
quarters as (
    select
        channel,
        model,
        period_quarter,
        sum(credited_value) as credited_value,
        sum(case when conversion_type = 'won' then spend else 0 end) as spend
    from channel_performance
    group by channel, model, period_quarter
),

periods as (
    select distinct period_quarter
    from quarters
),

channels as (
    select distinct
        channel,
        model
    from quarters
),

-- Add quarters without spend or credit as 0, so that changes against the next quarter count.
complete as (
    select
        channels.channel,
        channels.model,
        coalesce(quarters.credited_value, 0) as credited_value,
        coalesce(quarters.spend, 0) as spend,
        periods.period_quarter,
        cast({{ dbt.dateadd('month', -3, 'periods.period_quarter') }} as date) as quarter_before
    from channels
    cross join periods
    left outer join quarters
        on
            channels.channel = quarters.channel
            and channels.model = quarters.model
            and periods.period_quarter = quarters.period_quarter
),

final as (
    select
        complete.channel,
        complete.model,
        cast(complete.spend as decimal(18, 2)) as spend,
        cast(complete.credited_value as decimal(18, 2)) as credited_value,
        cast(complete.spend as double) / nullif(cast(sum(complete.spend) over slice as double), 0)
            as spend_share,
        cast(complete.credited_value as double)
        / nullif(cast(sum(complete.credited_value) over slice as double), 0)
            as credited_value_share,
        case
            when
                abs(complete.spend - earlier.spend) > 0
                and abs(complete.spend - earlier.spend)
                >= earlier.spend * {{ var('marginal_return_minimum_spend_change') }}
                then
                    cast(complete.credited_value - earlier.credited_value as double)
                    / cast(complete.spend - earlier.spend as double)
        end as marginal_return,
        cast({{ dbt.dateadd('month', 3, 'complete.period_quarter') }} as date) <= as_of.as_of_end_at
            as is_complete,
        complete.period_quarter
    from complete
    cross join as_of
    left outer join complete as earlier
        on
            complete.channel = earlier.channel
            and complete.model = earlier.model
            and complete.quarter_before = earlier.period_quarter
    window slice as (partition by complete.model, complete.period_quarter)
)

select * from final

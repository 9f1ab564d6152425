with followed as (
    select * from {{ ref('int_deliveries_followed') }}
),

revenue_followed as (
    select * from {{ ref('int_revenue_followed') }}
),

revenue as (
    select coalesce(sum(net_amount), 0) as amount from {{ ref('fct_revenue_by_month') }}
),

opportunities as (
    select * from {{ ref('int_deals_followed') }}
),

deals as (
    select
        count(*) as rows_count,
        coalesce(sum(source_amount), 0) as amount,
        coalesce(sum(won_amount), 0) as won_amount
    from {{ ref('fct_opportunities') }}
),

won as (
    select coalesce(sum(conversion_value), 0) as amount from {{ ref('fct_conversions') }}
    where conversion_type = 'won'
),

spend as (
    select coalesce(sum(spend), 0) as amount from {{ ref('int_spend') }}
),

-- Spend repeats over models, conversion types and bases there.
channel_spend as (
    select
        period_month,
        channel,
        max(spend) as spend
    from {{ ref('rpt_channel_performance') }}
    group by period_month, channel
),

reported_spend as (
    select coalesce(sum(spend), 0) as amount from channel_spend
),

-- First what arrives in the canonical entities, by source; then what of that arrives in the marts.
measures as (
    select
        source_system,
        entity || ': ' || unit as measure,
        raw_value,
        arrived_value as mart_value,
        set_aside_value
    from followed
    union all
    select
        '(all)' as source_system,
        revenue_followed.measure,
        revenue_followed.raw_value,
        coalesce(revenue_followed.arrived_value, revenue.amount) as mart_value,
        revenue_followed.set_aside_value
    from revenue_followed
    cross join revenue
    union all
    select
        '(all)' as source_system,
        'deals' as measure,
        opportunities.rows_count as raw_value,
        deals.rows_count as mart_value,
        opportunities.merged_count as set_aside_value
    from opportunities
    cross join deals
    union all
    select
        '(all)' as source_system,
        'amount of deals as delivered' as measure,
        opportunities.amount as raw_value,
        deals.amount as mart_value,
        opportunities.set_aside_amount as set_aside_value
    from opportunities
    cross join deals
    union all
    select
        '(all)' as source_system,
        'won amount in the reporting currency' as measure,
        deals.won_amount as raw_value,
        won.amount as mart_value,
        0 as set_aside_value
    from deals
    cross join won
    union all
    select
        '(all)' as source_system,
        'spend in the reporting currency' as measure,
        spend.amount as raw_value,
        reported_spend.amount as mart_value,
        0 as set_aside_value
    from spend
    cross join reported_spend
),

compared as (
    select
        source_system,
        measure,
        cast(raw_value as decimal(18, 2)) as raw_value,
        cast(mart_value as decimal(18, 2)) as mart_value,
        cast(set_aside_value as decimal(18, 2)) as set_aside_value,
        cast(raw_value - mart_value - set_aside_value as decimal(18, 2)) as difference
    from measures
)

select * from compared

with followed as (
    select * from {{ ref('int_raw_rows_followed') }}
),

lines as (
    select coalesce(sum(amount), 0) as amount from {{ ref('int_revenue_lines') }}
),

revenue as (
    select coalesce(sum(net_amount), 0) as amount from {{ ref('fct_revenue_by_month') }}
),

opportunities as (
    select
        count(*) as rows_count,
        coalesce(sum(amount), 0) as amount
    from {{ ref('opportunities') }}
),

deals as (
    select
        count(*) as rows_count,
        coalesce(sum(source_amount), 0) as amount,
        coalesce(sum(won_amount), 0) as won_amount
    from {{ ref('fct_opportunities') }}
),

won as (
    select coalesce(sum(conversion_value), 0) as amount
    from {{ ref('fct_conversions') }}
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

-- First what arrives in the canonical entities, source by source; then what of these arrives in the marts.
measures as (
    select
        source_system,
        entity || ': ' || unit as measure,
        raw_value,
        arrived_value as mart_value,
        set_aside_value
    from followed
    union all
    select '(all)', 'revenue in the reporting currency', lines.amount, revenue.amount, 0
    from lines
    cross join revenue
    union all
    select '(all)', 'deals', opportunities.rows_count, deals.rows_count, 0
    from opportunities
    cross join deals
    union all
    select '(all)', 'amount of deals as delivered', opportunities.amount, deals.amount, 0
    from opportunities
    cross join deals
    union all
    select '(all)', 'won amount in the reporting currency', deals.won_amount, won.amount, 0
    from deals
    cross join won
    union all
    select '(all)', 'spend in the reporting currency', spend.amount, reported_spend.amount, 0
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

with deliveries as (select * from {{ ref('int_deliveries_reconciled') }}),

amounts as (select * from {{ ref('int_amounts_reconciled') }}),

opportunities as (
    select
        count(*) as rows_count,
        coalesce(sum(source_amount), 0) as amount,
        coalesce(sum(won_amount), 0) as won_amount
    from {{ ref('fct_opportunities') }}
),

-- Totals of marts, by measure.
marts as (
    select
        'revenue in the reporting currency' as measure,
        sum(net_amount) as total
    from {{ ref('fct_revenue_by_month') }}
    union all
    select
        'opportunities' as measure,
        rows_count as total
    from opportunities
    union all
    select
        'amount of opportunities as delivered' as measure,
        amount as total
    from opportunities
    union all
    select
        'won amount in the reporting currency' as measure,
        sum(conversion_value) as total
    from {{ ref('fct_conversions') }}
    where conversion_type = 'won'
    union all
    select
        'spend in the reporting currency' as measure,
        sum(spend) as total
    from {{ ref('fct_spend') }}
),

before_marts as (
    select * from amounts
    union all
    select
        'won amount in the reporting currency' as measure,
        won_amount as raw_value,
        null as arrived_value,
        0 as set_aside_value
    from opportunities
    union all
    select
        'spend in the reporting currency' as measure,
        coalesce(sum(spend), 0) as raw_value,
        null as arrived_value,
        0 as set_aside_value
    from {{ ref('int_spend') }}
),

-- From the raw tables to the canonical models by source, then on to the marts.
measures as (
    select
        source_system,
        entity || ': ' || unit as measure,
        raw_value,
        arrived_value as mart_value,
        set_aside_value
    from deliveries
    union all
    select
        '(all)' as source_system,
        before_marts.measure,
        before_marts.raw_value,
        coalesce(before_marts.arrived_value, marts.total, 0) as mart_value,
        before_marts.set_aside_value
    from before_marts
    left join marts on before_marts.measure = marts.measure
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

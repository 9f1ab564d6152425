with entries as (select * from {{ ref('int_opportunity_entries') }}),

sources as (select * from {{ ref('int_opportunity_sources') }}),

targets as (
    select * from {{ ref('targets') }}
    where metric = 'created_amount'
),

facts as (
    select
        sources.source,
        entries.team,
        1 as created_count,
        coalesce(entries.amount, 0) as created_amount,
        cast(null as decimal(18, 2)) as target_amount,
        entries.created_month as period_month
    from entries
    inner join sources on entries.opportunity_id = sources.opportunity_id
    union all
    select
        source,
        team,
        0 as created_count,
        0 as created_amount,
        target as target_amount,
        cast({{ dbt.date_trunc('month', 'period_month') }} as date) as period_month
    from targets
),

summed as (
    select
        source,
        team,
        cast(sum(created_count) as bigint) as created_count,
        cast(sum(created_amount) as decimal(18, 2)) as created_amount,
        cast(sum(target_amount) as decimal(18, 2)) as target_amount,
        period_month
    from facts
    group by source, team, period_month
),

final as (
    select
        source,
        team,
        created_count,
        created_amount,
        target_amount,
        cast(created_amount as double) / nullif(cast(target_amount as double), 0)
            as attainment_rate,
        period_month
    from summed
)

select * from final

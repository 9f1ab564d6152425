with journeys as (select * from {{ ref('int_journeys') }}),

entries as (select * from {{ ref('int_opportunity_entries') }}),

closings as (select * from {{ ref('int_opportunity_closings') }}),

from_sqls as (
    select distinct opportunity_id
    from journeys
    where sql_at is not null and opportunity_id is not null
),

people as (
    select
        segment,
        'lead' as stage,
        lead_at as entered_at
    from journeys
    where lead_at is not null
    union all
    select
        segment,
        'mql' as stage,
        mql_at as entered_at
    from journeys
    where mql_at is not null
    union all
    select
        segment,
        'sql' as stage,
        sql_at as entered_at
    from journeys
    where sql_at is not null
),

facts as (
    select
        segment,
        stage,
        cast(null as decimal(18, 2)) as amount,
        false as is_from_sql,
        cast({{ dbt.date_trunc('month', reporting_date('entered_at')) }} as date) as period_month
    from people
    union all
    select
        entries.segment,
        'opportunity' as stage,
        entries.amount,
        from_sqls.opportunity_id is not null as is_from_sql,
        entries.created_month as period_month
    from entries
    left join from_sqls on entries.opportunity_id = from_sqls.opportunity_id
    union all
    select
        closings.segment,
        case when closings.is_won then 'won' else 'lost' end as stage,
        closings.amount,
        from_sqls.opportunity_id is not null as is_from_sql,
        closings.closed_month as period_month
    from closings
    left join from_sqls on closings.opportunity_id = from_sqls.opportunity_id
),

-- Fans out on purpose: each segment also counts in all segments.
final as (
    select
        case when slices.is_total then '(all)' else facts.segment end as segment,
        facts.is_from_sql,
        sum(case when facts.stage = 'lead' then 1 else 0 end) as leads_count,
        sum(case when facts.stage = 'mql' then 1 else 0 end) as mqls_count,
        sum(case when facts.stage = 'sql' then 1 else 0 end) as sqls_count,
        sum(case when facts.stage = 'opportunity' then 1 else 0 end) as created_count,
        sum(case when facts.stage in ('won', 'lost') then 1 else 0 end) as closed_count,
        sum(case when facts.stage = 'won' then 1 else 0 end) as won_count,
        sum(case when facts.stage = 'opportunity' then coalesce(facts.amount, 0) else 0 end)
            as created_amount,
        sum(case when facts.stage = 'won' then coalesce(facts.amount, 0) else 0 end)
            as won_amount,
        facts.period_month
    from facts
    cross join (values (true), (false)) as slices (is_total)
    group by all
)

select * from final

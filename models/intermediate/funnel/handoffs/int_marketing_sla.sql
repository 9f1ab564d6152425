with mqls_by_month as (
    select * from {{ ref('int_mqls_by_month') }}
),

sla_terms as (
    select * from {{ ref('sla_terms') }}
    where metric in ('mql_count', 'mql_value')
),

teams as (
    select * from {{ ref('teams') }}
    where function = 'marketing'
),

marketing as (
    select coalesce(min(team), '(unknown)') as team
    from teams
),

segments as (
    select
        segment,
        mqls_count,
        mqls_value,
        period_month
    from mqls_by_month
    union all
    select
        '(all)' as segment,
        sum(mqls_count) as mqls_count,
        sum(mqls_value) as mqls_value,
        period_month
    from mqls_by_month
    group by period_month
),

measured as (
    select
        'mql_count' as metric,
        segment,
        cast(mqls_count as double) as actual_value,
        period_month
    from segments
    union all
    select
        'mql_value' as metric,
        segment,
        cast(mqls_value as double) as actual_value,
        period_month
    from segments
),

-- A target for all segments says nothing about one of them.
targeted as (
    select
        measured.metric,
        marketing.team,
        measured.segment,
        measured.actual_value,
        sla_terms.target as target_value,
        measured.period_month
    from measured
    cross join marketing
    left join sla_terms
        on
            measured.metric = sla_terms.metric
            and sla_terms.team in (marketing.team, '(all)')
            and measured.segment = sla_terms.segment
            and measured.period_month >= sla_terms.valid_from
            and (sla_terms.valid_to is null or measured.period_month < sla_terms.valid_to)
    qualify row_number() over (
        partition by measured.metric, measured.segment, measured.period_month
        order by
            case when sla_terms.team = '(all)' then 2 else 1 end nulls last,
            sla_terms.valid_from desc nulls last
    ) = 1
),

-- Marketing answers for all MQLs, so that its rows are those of all teams too.
marketing_sla as (
    select
        metric,
        team,
        segment,
        actual_value,
        target_value,
        period_month
    from targeted
    union all
    select
        metric,
        '(all)' as team,
        segment,
        actual_value,
        target_value,
        period_month
    from targeted
)

select * from marketing_sla

with mqls as (
    select
        segment,
        expected_value,
        cast({{ dbt.date_trunc('month', reporting_date('mql_at')) }} as date) as period_month
    from {{ ref('int_mqls') }}
),

sla_terms as (select * from {{ ref('sla_terms') }}),

teams as (
    select * from {{ ref('teams') }}
    where function = 'marketing'
),

as_of as (select * from {{ ref('as_of') }}),

bounds as (
    select
        min(mqls.period_month) as first_month,
        max(as_of.as_of_date) as last_date
    from mqls
    cross join as_of
),

months as (
    select {{ month_series_of('first_month', 'last_date') }} as period_month
    from bounds
    where first_month is not null
),

segments as (
    select distinct segment
    from mqls
    union all
    select '(all)' as segment
),

-- A month without any MQL counts too: it misses its target.
measured as (
    select
        metrics.metric,
        segments.segment,
        case metrics.metric
            when 'mql_count' then cast(count(mqls.segment) as double)
            when 'mql_value' then cast(coalesce(sum(mqls.expected_value), 0) as double)
        end as actual_value,
        months.period_month
    from months
    cross join segments
    cross join (values ('mql_count'), ('mql_value')) as metrics (metric)
    left join mqls
        on
            months.period_month = mqls.period_month
            and segments.segment in (mqls.segment, '(all)')
    group by metrics.metric, segments.segment, months.period_month
),

-- One team is responsible for all MQLs, so its rows would repeat those of all teams.
responsible_team as (
    select coalesce(min(team), '(unknown)') as team
    from teams
),

-- A target for all segments does not apply to a single segment.
marketing_sla as (
    select
        measured.metric,
        '(all)' as team,
        measured.segment,
        measured.actual_value,
        sla_terms.target as target_value,
        measured.period_month
    from measured
    cross join responsible_team
    left join sla_terms
        on
            measured.metric = sla_terms.metric
            and sla_terms.team in (responsible_team.team, '(all)')
            and measured.segment = sla_terms.segment
            and measured.period_month >= sla_terms.valid_from
            and coalesce(measured.period_month < sla_terms.valid_to, true)
    qualify row_number() over (
        partition by measured.metric, measured.segment, measured.period_month
        order by
            case when sla_terms.team = '(all)' then 2 else 1 end nulls last,
            sla_terms.valid_from desc nulls last
    ) = 1
)

select * from marketing_sla

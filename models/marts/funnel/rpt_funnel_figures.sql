with conversion as (
    select * from {{ ref('rpt_funnel_conversion') }}
    where basis = 'period' and is_mature
),

velocity as (select * from {{ ref('rpt_funnel_velocity') }}),

-- MQLs of the month, delivered or promised: the number behind the figures of marketing.
compliance as (
    select
        *,
        greatest(
            max(case when metric = 'mql_count' then actual_value end) over (
                partition by period_month, team, segment
            ),
            max(case when metric = 'mql_count' then target_value end) over (
                partition by period_month, team, segment
            )
        ) as mqls_count
    from {{ ref('rpt_sla_compliance') }}
    where is_complete
),

coverage as (select * from {{ ref('rpt_pipeline_coverage') }}),

as_of as (select * from {{ ref('as_of') }}),

-- Only months that are over, with enough journeys, and slices by one dimension.
final as (
    select
        'conversion ' || from_stage || ' to ' || to_stage as metric,
        case
            when channel <> '(all)' then 'channel ' || channel
            when segment <> '(all)' then 'segment ' || segment
            else '(all)'
        end as slice,
        conversion_rate as value,
        period_month
    from conversion
    where
        (channel = '(all)' or segment = '(all)')
        and conversion_rate is not null
        and entered_count >= {{ var('alert_minimum_count') }}
    union all
    select
        'velocity ' || velocity.from_stage || ' to ' || velocity.to_stage as metric,
        case
            when velocity.channel <> '(all)' then 'channel ' || velocity.channel
            when velocity.segment <> '(all)' then 'segment ' || velocity.segment
            else '(all)'
        end as slice,
        velocity.incidence_median_days as value,
        velocity.period_month
    from velocity
    where
        (velocity.channel = '(all)' or velocity.segment = '(all)')
        and velocity.is_mature
        and velocity.incidence_median_days is not null
        and velocity.moved_count >= {{ var('alert_minimum_count') }}
    union all
    select
        'sla ' || metric as metric,
        case
            when team <> '(all)' then 'team ' || team
            when segment <> '(all)' then 'segment ' || segment
            else '(all)'
        end as slice,
        compliance_rate as value,
        period_month
    from compliance
    where
        (team = '(all)' or segment = '(all)')
        and compliance_rate is not null
        and coalesce(met_count + breached_count, mqls_count) >= {{ var('alert_minimum_count') }}
    union all
    select
        'coverage at the start of the quarter' as metric,
        case
            when coverage.team <> '(all)' then 'team ' || coverage.team
            when coverage.segment <> '(all)' then 'segment ' || coverage.segment
            else '(all)'
        end as slice,
        coverage.start_coverage_ratio as value,
        coverage.period_quarter as period_month
    from coverage
    inner join as_of on coverage.period_quarter <= as_of.as_of_date
    where
        (coverage.team = '(all)' or coverage.segment = '(all)')
        and coverage.start_coverage_ratio is not null
        and coverage.start_count >= {{ var('alert_minimum_count') }}
)

select
    *,
    slice = '(all)' as is_total
from final

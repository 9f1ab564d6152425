-- On basis period and over all months, entries into both stages of a pair equal the journeys with a
-- time in that stage.
with conversion as (
    select
        from_stage,
        to_stage,
        sum(entered_count) as entered_count,
        sum(converted_count) as converted_count
    from {{ ref('rpt_funnel_conversion') }}
    where basis = 'period' and channel = '(all)' and segment = '(all)'
    group by from_stage, to_stage
),

stage_counts as (
    select
        'visitor' as stage,
        count(visitor_at) as journeys_count
    from {{ ref('fct_journeys') }}
    union all
    select
        'lead' as stage,
        count(lead_at) as journeys_count
    from {{ ref('fct_journeys') }}
    union all
    select
        'mql' as stage,
        count(mql_at) as journeys_count
    from {{ ref('fct_journeys') }}
    union all
    select
        'sal' as stage,
        count(sal_at) as journeys_count
    from {{ ref('fct_journeys') }}
    union all
    select
        'sql' as stage,
        count(sql_at) as journeys_count
    from {{ ref('fct_journeys') }}
    union all
    select
        'opportunity' as stage,
        count(opportunity_at) as journeys_count
    from {{ ref('fct_journeys') }}
    union all
    select
        'customer' as stage,
        count(customer_at) as journeys_count
    from {{ ref('fct_journeys') }}
)

select
    stage_pairs.from_stage,
    stage_pairs.to_stage,
    conversion.entered_count,
    entered.journeys_count as entered_journeys_count,
    conversion.converted_count,
    converted.journeys_count as converted_journeys_count
from {{ ref('stage_pairs') }} as stage_pairs
inner join stage_counts as entered on stage_pairs.from_stage = entered.stage
inner join stage_counts as converted on stage_pairs.to_stage = converted.stage
left join conversion
    on
        stage_pairs.from_stage = conversion.from_stage
        and stage_pairs.to_stage = conversion.to_stage
where
    coalesce(conversion.entered_count, 0) <> entered.journeys_count
    or coalesce(conversion.converted_count, 0) <> converted.journeys_count

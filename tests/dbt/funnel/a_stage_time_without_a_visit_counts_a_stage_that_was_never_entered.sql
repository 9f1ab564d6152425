-- Every stage time of a journey is the start of a visit to that stage.
with journeys as (select * from {{ ref('fct_journeys') }}),

stage_times as (
    select
        journey_id,
        'visitor' as stage,
        visitor_at as stage_at
    from journeys
    union all
    select
        journey_id,
        'lead' as stage,
        lead_at as stage_at
    from journeys
    union all
    select
        journey_id,
        'mql' as stage,
        mql_at as stage_at
    from journeys
    union all
    select
        journey_id,
        'sal' as stage,
        sal_at as stage_at
    from journeys
    union all
    select
        journey_id,
        'sql' as stage,
        sql_at as stage_at
    from journeys
    union all
    select
        journey_id,
        'opportunity' as stage,
        opportunity_at as stage_at
    from journeys
    union all
    select
        journey_id,
        'customer' as stage,
        customer_at as stage_at
    from journeys
)

select stage_times.*
from stage_times
left join {{ ref('fct_stage_transitions') }} as transitions
    on
        stage_times.journey_id = transitions.journey_id
        and stage_times.stage = transitions.stage
        and stage_times.stage_at = transitions.entered_at
where stage_times.stage_at is not null and transitions.journey_id is null

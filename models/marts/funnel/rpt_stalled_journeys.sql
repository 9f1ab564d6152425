with transitions as (
    select * from {{ ref('fct_stage_transitions') }}
    where is_current and stage <> 'visitor'
),

journeys as (
    select * from {{ ref('fct_journeys') }}
    where person_key is not null or opportunity_id is not null
),

thresholds as (select * from {{ ref('int_stage_thresholds') }}),

journey_owners as (select * from {{ ref('int_journey_owners') }}),

activities as (select * from {{ ref('int_person_activities') }}),

stalled_actions as (select * from {{ ref('stalled_actions') }}),

as_of as (select * from {{ ref('as_of') }}),

stalled as (
    select
        transitions.journey_id,
        transitions.stage,
        transitions.days_in_stage,
        thresholds.threshold_days,
        transitions.entered_at
    from transitions
    inner join thresholds
        on
            transitions.stage = thresholds.stage
            and thresholds.threshold_days < transitions.days_in_stage
),

last_activities as (
    select
        person_key,
        max(occurred_at) as last_activity_at
    from activities
    group by person_key
),

situations as (
    select
        stalled.*,
        journeys.person_key,
        journeys.account_id,
        journeys.opportunity_id,
        journeys.account_name,
        journeys.opportunity_name,
        journeys.segment,
        journeys.first_touch_channel,
        journey_owners.owner_id,
        journey_owners.team,
        last_activities.last_activity_at,
        case
            when not journey_owners.is_owner_active then 'owner_left'
            when
                last_activities.last_activity_at >= {{ dbt.dateadd(
                    'day', -var('stalled_untouched_days'), 'as_of.as_of_end_at'
                ) }} then 'any'
            else 'untouched'
        end as situation
    from stalled
    inner join journeys on stalled.journey_id = journeys.journey_id
    left join journey_owners on stalled.journey_id = journey_owners.journey_id
    left join last_activities on journeys.person_key = last_activities.person_key
    cross join as_of
),

final as (
    select
        situations.journey_id,
        situations.person_key,
        situations.account_id,
        situations.opportunity_id,
        situations.owner_id,
        situations.account_name,
        situations.opportunity_name,
        owners.owner_name,
        situations.stage,
        situations.team,
        situations.segment,
        situations.first_touch_channel,
        situations.situation,
        stalled_actions.suggested_action,
        situations.days_in_stage,
        situations.threshold_days,
        situations.entered_at,
        situations.last_activity_at
    from situations
    left join {{ ref('owners') }} as owners on situations.owner_id = owners.owner_id
    left join stalled_actions
        on
            situations.stage = stalled_actions.stage
            and situations.situation = stalled_actions.situation
)

select * from final

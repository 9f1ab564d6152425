with meetings as (select * from {{ ref('int_meetings') }}),

accounts as (select * from {{ ref('int_accounts') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

owners as (select * from {{ ref('owners') }}),

stages as (select * from {{ ref('int_opportunity_stages') }}),

meeting_stages as (select * from {{ ref('meeting_stages') }}),

touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where is_marketing and not is_hidden and person_key is not null
),

-- The person's last marketing touch before the meeting was booked.
last_touches as (
    select
        meetings.meeting_id,
        touchpoints.channel
    from meetings
    inner join touchpoints
        on
            meetings.person_key = touchpoints.person_key
            and touchpoints.touched_at <= coalesce(meetings.booked_at, meetings.held_at)
            and {{ dbt.dateadd(
                'day', var('attribution_lookback_days'), 'touchpoints.touched_at'
            ) }} >= coalesce(meetings.booked_at, meetings.held_at)
    qualify row_number() over (
        partition by meetings.meeting_id
        order by touchpoints.touched_at desc nulls last, touchpoints.touchpoint_id desc nulls last
    ) = 1
),

due_stages as (
    select
        stages.source_system,
        stages.pipeline,
        meeting_stages.meeting_status,
        min(stages.source_stage) as source_stage,
        min(stages.stage_order) as stage_order
    from meeting_stages
    inner join stages
        on
            meeting_stages.source_system = stages.source_system
            and lower(trim(meeting_stages.stage)) = lower(trim(stages.source_stage))
    group by stages.source_system, stages.pipeline, meeting_stages.meeting_status
),

open_opportunities as (
    select
        opportunities.opportunity_id,
        opportunities.source_system,
        opportunities.pipeline,
        opportunities.source_stage,
        stages.stage_order
    from opportunities
    left join stages
        on
            opportunities.source_system = stages.source_system
            and opportunities.pipeline = stages.pipeline
            and opportunities.source_stage = stages.source_stage
    where not opportunities.is_closed
),

final as (
    select
        meetings.meeting_id,
        meetings.person_key,
        meetings.account_id,
        meetings.opportunity_id,
        meetings.owner_id,
        accounts.account_name,
        opportunities.opportunity_name,
        owners.owner_name,
        coalesce(last_touches.channel, '(none)') as channel,
        meetings.meeting_status,
        open_opportunities.source_stage as open_opportunity_stage,
        due_stages.source_stage as due_stage,
        cast(meetings.bookings_count - 1 as bigint) as reschedules_count,
        open_opportunities.stage_order < due_stages.stage_order as is_opportunity_behind,
        {{ reporting_date('meetings.booked_at') }} as booked_date,
        {{ reporting_date('meetings.scheduled_at') }} as scheduled_date,
        {{ reporting_date('meetings.held_at') }} as held_date,
        meetings.booked_at,
        meetings.scheduled_at,
        meetings.held_at
    from meetings
    left join last_touches on meetings.meeting_id = last_touches.meeting_id
    left join accounts on meetings.account_id = accounts.account_id
    left join opportunities on meetings.opportunity_id = opportunities.opportunity_id
    left join owners on meetings.owner_id = owners.owner_id
    left join open_opportunities on meetings.opportunity_id = open_opportunities.opportunity_id
    left join due_stages
        on
            open_opportunities.source_system = due_stages.source_system
            and open_opportunities.pipeline = due_stages.pipeline
            and meetings.meeting_status = due_stages.meeting_status
)

select * from final

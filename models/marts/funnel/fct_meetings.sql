with meetings as (select * from {{ ref('int_meetings') }}),

accounts as (select * from {{ ref('int_accounts') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

owners as (select * from {{ ref('owners') }}),

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
        cast(meetings.bookings_count - 1 as bigint) as reschedules_count,
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
)

select * from final

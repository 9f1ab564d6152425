{{ config(enabled='calendly' in var('meeting_sources')) }}

with raw_invitees as (
    select * from {{ raw('calendly', 'invitee') }}
),

raw_events as (
    select * from {{ raw('calendly', 'event') }}
),

-- An invitee has one event, so the join does not fan out.
with_event as (
    select
        raw_invitees.uri,
        raw_invitees.old_invitee_uri,
        raw_invitees.email,
        raw_invitees.status,
        raw_invitees.is_no_show,
        raw_invitees.canceled_at,
        raw_invitees.created_at,
        raw_events.status as event_status,
        raw_events.host_user_id,
        raw_events.start_time
    from raw_invitees
    left join raw_events on raw_invitees.event_uri = raw_events.uri
)

select * from with_event

{{ config(enabled='calendly' in var('meeting_sources')) }}

with rejected_rows as (
    {{ rejected('calendly', 'event') }}
    union all
    {{ rejected('calendly', 'invitee') }}
)

select * from rejected_rows

{{ config(enabled='calendly' in var('meeting_sources')) }}

with raw_totals as (
    {{ raw_total('calendly', 'invitee') }}
)

select * from raw_totals

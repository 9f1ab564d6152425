{{ config(enabled='generic' in var('email_sources')) }}

with raw_email_events as (
    select * from {{ raw('generic', 'email_events') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        event_id,
        email,
        person_id,
        campaign_id,
        event_type,
        link_url,
        occurred_at
    from raw_email_events
)

select * from renamed

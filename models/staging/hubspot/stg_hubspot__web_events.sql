{{ config(enabled='hubspot' in var('web_sources')) }}

with raw_submissions as (
    select * from {{ raw('hubspot', 'contact_form_submission') }}
),

-- A submission has a person and no device. The prefix keeps the person apart from users of the web.
renamed as (
    select
        'hubspot' as source_system,
        'form:' || contact_id || ':' || conversion_id || ':' || cast(timestamp as string)
            as event_id,
        'hubspot:' || contact_id as user_id,
        contact_id as person_id,
        'form_submit' as event_type,
        title as event_name,
        page_url,
        timestamp as occurred_at,
        timestamp as received_at
    from raw_submissions
)

select * from renamed

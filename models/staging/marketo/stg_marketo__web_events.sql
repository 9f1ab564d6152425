{{ config(enabled='marketo' in var('web_sources')) }}

with web_activities as (select * from {{ ref('base_marketo__web_activities') }}),

-- An activity has a person and no device. The prefix keeps the person apart from users of the web.
renamed as (
    select
        'marketo' as source_system,
        event_type || ':' || activity_id as event_id,
        'marketo:' || lead_id as user_id,
        person_id,
        email,
        event_type,
        form_name as event_name,
        page_url,
        referrer_url as referrer,
        user_agent,
        client_ip_address as ip_address,
        activity_date as occurred_at,
        activity_date as received_at
    from web_activities
)

select * from renamed

{{ config(enabled='generic' in var('web_sources')) }}

with raw_web_events as (
    select * from {{ raw('generic', 'web_events') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        event_id,
        nullif(anonymous_id, '') as anonymous_id,
        nullif(user_id, '') as user_id,
        person_id,
        email,
        event_type,
        event_name,
        page_url,
        page_host,
        page_path,
        referrer,
        referrer_host,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        click_id,
        channel,
        order_id,
        currency,
        user_agent,
        ip_address,
        order_value,
        has_consent,
        occurred_at,
        received_at
    from raw_web_events
)

select * from renamed

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
        coalesce(page_host, {{ url_host('page_url') }}) as page_host,
        coalesce(page_path, {{ url_path('page_url') }}) as page_path,
        referrer,
        coalesce(referrer_host, {{ url_host('referrer') }}) as referrer_host,
        coalesce(utm_source, {{ url_parameter('page_url', 'utm_source') }}) as utm_source,
        coalesce(utm_medium, {{ url_parameter('page_url', 'utm_medium') }}) as utm_medium,
        coalesce(utm_campaign, {{ url_parameter('page_url', 'utm_campaign') }}) as utm_campaign,
        coalesce(utm_content, {{ url_parameter('page_url', 'utm_content') }}) as utm_content,
        coalesce(utm_term, {{ url_parameter('page_url', 'utm_term') }}) as utm_term,
        coalesce(click_id, {{ url_click_id('page_url') }}) as click_id,
        channel,
        order_id,
        currency,
        user_agent,
        ip_address,
        order_value,
        coalesce(channel, utm_source, utm_medium, utm_campaign, click_id) is not null
        or {{ url_has_campaign('page_url') }} as has_campaign,
        has_consent,
        occurred_at,
        received_at
    from raw_web_events
)

select * from renamed

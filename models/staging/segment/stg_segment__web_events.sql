{{ config(enabled='segment' in var('web_sources')) }}

with pages as (
    select * from {{ raw('segment', 'pages') }}
),

tracks as (
    select * from {{ raw('segment', 'tracks') }}
),

identifies as (
    select * from {{ raw('segment', 'identifies') }}
),

page_views as (
    select
        'segment' as source_system,
        id as event_id,
        nullif(anonymous_id, '') as anonymous_id,
        nullif(user_id, '') as user_id,
        cast(null as string) as person_id,
        cast(null as string) as email,
        'page_view' as event_type,
        title as event_name,
        url as page_url,
        cast(null as string) as page_host,
        path as page_path,
        referrer,
        cast(null as string) as referrer_host,
        nullif(context_campaign_source, '') as utm_source,
        nullif(context_campaign_medium, '') as utm_medium,
        nullif(context_campaign_name, '') as utm_campaign,
        nullif(context_campaign_content, '') as utm_content,
        nullif(context_campaign_term, '') as utm_term,
        cast(null as string) as click_id,
        cast(null as string) as channel,
        cast(null as string) as order_id,
        cast(null as string) as currency,
        context_user_agent as user_agent,
        context_ip as ip_address,
        cast(null as decimal(18, 2)) as order_value,
        context_consent_category_preferences_analytics as has_consent,
        timestamp as occurred_at,
        received_at
    from pages
),

custom_events as (
    select
        'segment' as source_system,
        id as event_id,
        nullif(anonymous_id, '') as anonymous_id,
        nullif(user_id, '') as user_id,
        cast(null as string) as person_id,
        email,
        case event
            when 'form_submitted' then 'form_submit'
            when 'content_downloaded' then 'content_download'
            when 'signed_up' then 'sign_up'
            when 'demo_requested' then 'demo_request'
            when 'chat_started' then 'chat_started'
            when 'cta_clicked' then 'cta_click'
            when 'order_completed' then 'order'
            else event
        end as event_type,
        coalesce(event_text, event) as event_name,
        context_page_url as page_url,
        cast(null as string) as page_host,
        context_page_path as page_path,
        context_page_referrer as referrer,
        cast(null as string) as referrer_host,
        nullif(context_campaign_source, '') as utm_source,
        nullif(context_campaign_medium, '') as utm_medium,
        nullif(context_campaign_name, '') as utm_campaign,
        nullif(context_campaign_content, '') as utm_content,
        nullif(context_campaign_term, '') as utm_term,
        cast(null as string) as click_id,
        cast(null as string) as channel,
        order_id,
        upper(currency) as currency,
        context_user_agent as user_agent,
        context_ip as ip_address,
        revenue as order_value,
        context_consent_category_preferences_analytics as has_consent,
        timestamp as occurred_at,
        received_at
    from tracks
),

identifications as (
    select
        'segment' as source_system,
        id as event_id,
        nullif(anonymous_id, '') as anonymous_id,
        nullif(user_id, '') as user_id,
        cast(null as string) as person_id,
        email,
        'identify' as event_type,
        cast(null as string) as event_name,
        context_page_url as page_url,
        cast(null as string) as page_host,
        context_page_path as page_path,
        context_page_referrer as referrer,
        cast(null as string) as referrer_host,
        cast(null as string) as utm_source,
        cast(null as string) as utm_medium,
        cast(null as string) as utm_campaign,
        cast(null as string) as utm_content,
        cast(null as string) as utm_term,
        cast(null as string) as click_id,
        cast(null as string) as channel,
        cast(null as string) as order_id,
        cast(null as string) as currency,
        context_user_agent as user_agent,
        context_ip as ip_address,
        cast(null as decimal(18, 2)) as order_value,
        context_consent_category_preferences_analytics as has_consent,
        timestamp as occurred_at,
        received_at
    from identifies
),

unioned as (
    select * from page_views
    union all
    select * from custom_events
    union all
    select * from identifications
)

select * from unioned

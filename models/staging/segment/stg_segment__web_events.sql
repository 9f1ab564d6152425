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
        {{ url_host('url') }} as page_host,
        coalesce(path, {{ url_path('url') }}) as page_path,
        referrer,
        {{ url_host('referrer') }} as referrer_host,
        coalesce(
            nullif(context_campaign_source, ''), {{ url_parameter('url', 'utm_source') }}
        ) as utm_source,
        coalesce(
            nullif(context_campaign_medium, ''), {{ url_parameter('url', 'utm_medium') }}
        ) as utm_medium,
        coalesce(
            nullif(context_campaign_name, ''), {{ url_parameter('url', 'utm_campaign') }}
        ) as utm_campaign,
        coalesce(
            nullif(context_campaign_content, ''), {{ url_parameter('url', 'utm_content') }}
        ) as utm_content,
        coalesce(
            nullif(context_campaign_term, ''), {{ url_parameter('url', 'utm_term') }}
        ) as utm_term,
        {{ url_click_id('url') }} as click_id,
        cast(null as string) as channel,
        cast(null as string) as order_id,
        cast(null as string) as currency,
        context_user_agent as user_agent,
        context_ip as ip_address,
        cast(null as decimal(18, 2)) as order_value,
        coalesce(
            nullif(context_campaign_source, ''),
            nullif(context_campaign_medium, ''),
            nullif(context_campaign_name, '')
        ) is not null or {{ url_has_campaign('url') }} as has_campaign,
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
        {{ url_host('context_page_url') }} as page_host,
        coalesce(context_page_path, {{ url_path('context_page_url') }}) as page_path,
        context_page_referrer as referrer,
        {{ url_host('context_page_referrer') }} as referrer_host,
        coalesce(
            nullif(context_campaign_source, ''),
            {{ url_parameter('context_page_url', 'utm_source') }}
        ) as utm_source,
        coalesce(
            nullif(context_campaign_medium, ''),
            {{ url_parameter('context_page_url', 'utm_medium') }}
        ) as utm_medium,
        coalesce(
            nullif(context_campaign_name, ''),
            {{ url_parameter('context_page_url', 'utm_campaign') }}
        ) as utm_campaign,
        coalesce(
            nullif(context_campaign_content, ''),
            {{ url_parameter('context_page_url', 'utm_content') }}
        ) as utm_content,
        coalesce(
            nullif(context_campaign_term, ''),
            {{ url_parameter('context_page_url', 'utm_term') }}
        ) as utm_term,
        {{ url_click_id('context_page_url') }} as click_id,
        cast(null as string) as channel,
        order_id,
        upper(currency) as currency,
        context_user_agent as user_agent,
        context_ip as ip_address,
        revenue as order_value,
        coalesce(
            nullif(context_campaign_source, ''),
            nullif(context_campaign_medium, ''),
            nullif(context_campaign_name, '')
        ) is not null or {{ url_has_campaign('context_page_url') }} as has_campaign,
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
        {{ url_host('context_page_url') }} as page_host,
        coalesce(context_page_path, {{ url_path('context_page_url') }}) as page_path,
        context_page_referrer as referrer,
        {{ url_host('context_page_referrer') }} as referrer_host,
        {{ url_parameter('context_page_url', 'utm_source') }} as utm_source,
        {{ url_parameter('context_page_url', 'utm_medium') }} as utm_medium,
        {{ url_parameter('context_page_url', 'utm_campaign') }} as utm_campaign,
        {{ url_parameter('context_page_url', 'utm_content') }} as utm_content,
        {{ url_parameter('context_page_url', 'utm_term') }} as utm_term,
        {{ url_click_id('context_page_url') }} as click_id,
        cast(null as string) as channel,
        cast(null as string) as order_id,
        cast(null as string) as currency,
        context_user_agent as user_agent,
        context_ip as ip_address,
        cast(null as decimal(18, 2)) as order_value,
        {{ url_has_campaign('context_page_url') }} as has_campaign,
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

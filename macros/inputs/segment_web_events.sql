{#
    The web events of a tracker that delivers Segment's tables: page views, custom events and identifications. What differs
    between such trackers is SQL: whether the visitor consented, and the email of an identification.
#}
{% macro segment_web_events(vendor, has_consent, identified_email='email') %}
with pages as (
    select * from {{ raw(vendor, 'pages') }}
),

tracks as (
    select * from {{ raw(vendor, 'tracks') }}
),

identifies as (
    select * from {{ raw(vendor, 'identifies') }}
),

page_views as (
    select
        '{{ vendor }}' as source_system,
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
        {{ has_consent }} as has_consent,
        timestamp as occurred_at,
        received_at
    from pages
),

custom_events as (
    select
        '{{ vendor }}' as source_system,
        id as event_id,
        nullif(anonymous_id, '') as anonymous_id,
        nullif(user_id, '') as user_id,
        cast(null as string) as person_id,
        email,
        {{ web_event_type('event') }} as event_type,
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
        {{ has_consent }} as has_consent,
        timestamp as occurred_at,
        received_at
    from tracks
),

identifications as (
    select
        '{{ vendor }}' as source_system,
        id as event_id,
        nullif(anonymous_id, '') as anonymous_id,
        nullif(user_id, '') as user_id,
        cast(null as string) as person_id,
        {{ identified_email }} as email,
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
        {{ has_consent }} as has_consent,
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
{% endmacro %}

{# Whether RudderStack's visitor consented to analytics: false if one of its categories is denied, else true if one is allowed. #}
{% macro rudderstack_consent() -%}
    case
        {%- for column, is_given in [('denied', false), ('allowed', true)] %}
        {%- for id in var('analytics_consent_ids') %}
        when contains(context_consent_management_{{ column }}_consent_ids, '"{{ id }}"') then {{ is_given }}
        {%- endfor %}
        {%- endfor %}
    end
{%- endmacro %}

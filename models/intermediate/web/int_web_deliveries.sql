{{ config(materialized='view') }}
{%- set device = "coalesce(anonymous_id, 'user:' || user_id)" -%}
{%- set host = 'coalesce(referrer_host, ' ~ url_host('referrer') ~ ')' -%}
{%- set campaign = "coalesce(channel, utm_source, utm_medium, utm_campaign, click_id)" -%}

with web_events as (select * from {{ ref('web_events') }}),

deliveries as (
    select
        source_system,
        event_id,
        {{ hash64('event_id') }} as event_key,
        {{ fingerprint("'#' || event_id") }} as event_check,
        {{ device }} as anonymous_id,
        {{ hash64(device) }} as device_key,
        user_id,
        person_id,
        {{ normalised_email('email') }} as email,
        event_type,
        case when contains(page_url, '?') then page_url end as query_url,
        coalesce(page_path, {{ url_path('page_url') }}) as page_path,
        case
            when {{ host }} <> coalesce(page_host, {{ url_host('page_url') }}, '') then {{ host }}
        end as outside_host,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        click_id,
        channel,
        user_agent,
        case
            when {{ campaign }} is not null then true
            else {{ url_has_campaign('page_url') }}
        end as has_campaign,
        has_consent,
        occurred_at,
        received_at as given_received_at,
        coalesce(received_at, occurred_at) as received_at
    from web_events
)

select * from deliveries

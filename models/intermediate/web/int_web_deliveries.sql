{{ config(materialized='view') }}

with web_events as (
    select * from {{ ref('web_events') }}
),

deliveries as (
    select
        source_system,
        event_id,
        {{ hash64('event_id') }} as event_key,
        coalesce(anonymous_id, 'user:' || user_id) as anonymous_id,
        {{ hash64("coalesce(anonymous_id, 'user:' || user_id)") }} as device_key,
        user_id,
        person_id,
        {{ normalised_email('email') }} as email,
        event_type,
        page_host,
        page_path,
        case when referrer_host <> coalesce(page_host, '') then referrer_host end as referrer_host,
        utm_source,
        utm_medium,
        utm_campaign,
        click_id,
        channel,
        user_agent,
        event_type = 'page_view' as is_page_view,
        coalesce(user_id, email, person_id) is not null as is_identification,
        has_campaign,
        has_consent,
        occurred_at,
        received_at
    from web_events
)

select * from deliveries

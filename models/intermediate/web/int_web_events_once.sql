{{ config(materialized='view') }}

with web_events as (
    select * from {{ ref('int_web_events') }}
),

duplicates as (
    select * from {{ ref('int_web_event_duplicates') }}
),

delivered_once as (
    select
        web_events.campaign_text,
        web_events.event_key,
        web_events.device_key,
        web_events.device_bucket,
        false as is_repeated,
        web_events.is_page_view,
        web_events.has_source,
        web_events.occurred_at,
        web_events.received_at
    from web_events
    left join duplicates
        on
            web_events.event_key = duplicates.event_key
            and web_events.event_check = duplicates.event_check
    where duplicates.event_key is null
),

first_of_several as (
    select
        campaign_text,
        event_key,
        device_key,
        device_bucket,
        true as is_repeated,
        is_page_view,
        has_source,
        occurred_at,
        received_at
    from duplicates
),

events as (
    select * from delivered_once
    union all
    select * from first_of_several
)

select
    device_key,
    device_bucket,
    {{ hash64('event_key, received_at, is_page_view, has_source, campaign_text') }} as event_hash,
    campaign_text,
    is_repeated,
    is_page_view,
    has_source,
    occurred_at
from events

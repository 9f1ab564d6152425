{{ config(materialized='view') }}

-- Refer to both tables directly: if a CTE is read twice, DuckDB does not push the filter on device
-- buckets down to the scan.
with delivered_once as (
    select
        web_events.device_key,
        web_events.device_bucket,
        web_events.event_hash,
        web_events.campaign_text,
        false as is_repeated,
        web_events.is_page_view,
        web_events.has_source,
        web_events.occurred_at
    from {{ ref('int_web_events') }} as web_events
    left join {{ ref('int_web_event_duplicates') }} as duplicates
        on
            web_events.event_key = duplicates.event_key
            and web_events.event_check = duplicates.event_check
    where duplicates.event_key is null
),

first_of_several as (
    select
        device_key,
        device_bucket,
        event_hash,
        campaign_text,
        true as is_repeated,
        is_page_view,
        has_source,
        occurred_at
    from {{ ref('int_web_event_duplicates') }}
),

events as (
    select * from delivered_once
    union all
    select * from first_of_several
)

select * from events

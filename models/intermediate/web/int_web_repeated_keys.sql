{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail'
) }}

-- The later of two loads finds a repeated key, so keys are only added.
with new_events as (
    select
        web_events.load_id,
        web_events.event_key
    from {{ ref('int_web_events') }} as web_events
    {% if is_incremental() -%}
    left join {{ this }} as known on web_events.load_id = known.load_id
    where known.load_id is null
    {%- endif %}
),

-- Grouping 64-bit hashes is several times cheaper than grouping ids.
repeated_keys as (
    select event_key from {{ ref('int_web_events') }}
    {% if is_incremental() -%}
    where event_key in (select new_events.event_key from new_events)
    {%- endif %}
    group by event_key
    having count(*) > 1
),

searched as (
    select distinct
        load_id,
        null as event_key
    from new_events
    union all
    select
        null as load_id,
        event_key
    from repeated_keys
)

select * from searched

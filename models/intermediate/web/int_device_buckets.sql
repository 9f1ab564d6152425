{%- set built = built_before('int_web_session_bounds') -%}
with events as (
    select * from {{ ref('int_web_events_once') }}
    {{ 'where 1 = 0' if not built }}
),

delivered as (
    select
        device_bucket,
        count(*) as events_count,
        bit_xor(event_hash) as events_hash
    from events
    group by device_bucket
),

-- Without existing sessions, every bucket is built and this model is not read.
sessionised as (
    {% if built -%}
    select
        device_bucket,
        sum(events_count) as events_count,
        bit_xor(events_hash) as events_hash,
        bool_and(session_rules = '{{ session_rules() }}') as has_same_rules
    from {{ built }}
    group by device_bucket
    {%- else -%}
    select
        *,
        false as has_same_rules
    from delivered
    {%- endif %}
),

compared as (
    select
        coalesce(delivered.device_bucket, sessionised.device_bucket) as device_bucket,
        not coalesce(
            delivered.events_count = sessionised.events_count
            and delivered.events_hash = sessionised.events_hash
            and sessionised.has_same_rules,
            false
        ) as is_changed
    from delivered
    full outer join sessionised on delivered.device_bucket = sessionised.device_bucket
)

select * from compared

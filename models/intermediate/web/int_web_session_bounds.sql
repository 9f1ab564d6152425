{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    partition_by=['device_bucket'] if target.type != 'duckdb' else none,
    pre_hook="{{ remove_changed('device_bucket', ref('int_device_buckets')) }}",
) }}
{%- set by_time = 'partition by device_key order by occurred_at' -%}
{%- set splits_on_campaign = var('session_splits_on_campaign') -%}

with events as (
    select * from {{ ref('int_web_events_once') }}
    {% if is_incremental() -%}
    where
        device_bucket in (
            select device_buckets.device_bucket
            from {{ ref('int_device_buckets') }} as device_buckets
            where device_buckets.is_changed
        )
    {%- else -%}
    -- depends_on: {{ ref('int_device_buckets') }}
    {%- endif %}
),

-- Events with equal timestamps can only be ordered by id, so flag them.
marked as (
    select
        device_key,
        event_hash,
        is_page_view,
        has_source,
        is_repeated
        or coalesce(occurred_at = lag(occurred_at) over device, false)
        or coalesce(occurred_at = lead(occurred_at) over device, false) as is_ambiguous,
        coalesce(
            date_trunc(
                'minute', lead(occurred_at, {{ var('bot_max_events_per_minute') }}) over device
            ) = date_trunc('minute', occurred_at),
            false
        ) as is_too_fast,
        case
            {% if splits_on_campaign -%}
            when campaign_text <> {{ last_known(
                'campaign_text', by_time ~ ' rows between unbounded preceding and 1 preceding'
            ) }} then 1
            {% endif -%}
            when
                occurred_at <= {{ dbt.dateadd(
                    'minute', var('session_timeout_minutes'), 'lag(occurred_at) over device'
                ) }} then 0
            else 1
        end as is_session_start,
        occurred_at
    from events
    window device as ({{ by_time }}{{ ', campaign_text nulls first' if splits_on_campaign }})
),

-- The default frame includes all events with the same timestamp, in any order.
numbered as (
    select
        *,
        sum(is_session_start) over ({{ by_time }}) as session_number
    from marked
),

bounds as (
    select
        device_key,
        bit_xor(event_hash) as events_hash,
        count(*) as events_count,
        count(*) filter (where is_page_view) as pages_count,
        bool_or(is_ambiguous) as is_ambiguous,
        bool_or(is_too_fast) as is_too_fast,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        min(occurred_at) filter (where has_source) as source_at
    from numbered
    group by device_key, session_number
),

checked as (
    select
        {{ fingerprint(
            'device_key, started_at, events_hash, ' ~ hash64("'" ~ session_rules() ~ "'")
        ) }} as session_key,
        device_key,
        events_hash,
        case
            when is_too_fast then 'with more events in a minute than bot_max_events_per_minute'
            when ended_at > {{ dbt.dateadd('hour', var('session_max_hours'), 'started_at') }}
                then 'longer than session_max_hours'
        end as set_aside_because,
        '{{ session_rules() }}' as session_rules,
        events_count,
        pages_count,
        is_ambiguous,
        started_at,
        ended_at,
        source_at,
        {{ device_bucket('device_key') }} as device_bucket
    from bounds
)

select * from checked

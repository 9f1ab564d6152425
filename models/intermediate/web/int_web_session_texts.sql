{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    full_refresh=true if target.type != 'duckdb' and is_backfill() else none,
    pre_hook="{{ remove_reloaded('device_key', ref('int_web_events')) }}") }}

with sessions as (
    select bounds.*
    from {{ ref('int_web_session_bounds') }} as bounds
    {% if is_incremental() -%}
    left join {{ this }} as known on bounds.session_key = known.session_key and known.is_opening
    where known.session_key is null
    {%- endif %}
),

-- The opening event and the first later one with a source, narrow for a join of ten million rows.
deciding_events as (
    select
        session_key,
        device_key,
        true as is_opening,
        started_at as occurred_at
    from sessions
    union all
    select
        session_key,
        device_key,
        false as is_opening,
        source_at as occurred_at
    from sessions
    where source_at > started_at or (is_ambiguous and source_at is not null)
),

-- Filter by time only: parquet statistics on time let the engine skip most row groups.
deliveries as (
    select * from {{ ref('int_web_deliveries') }}
    {% if is_incremental() -%}
    where occurred_at in (select deciding_events.occurred_at from deciding_events)
    {%- endif %}
),

-- Read text for these events only, and parse it only after the join.
found as (
    select
        deliveries.source_system,
        deliveries.event_id,
        deliveries.anonymous_id,
        deliveries.query_url,
        deliveries.page_path,
        deliveries.outside_host,
        {% for name in ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'] -%}
        lower(coalesce(
            deliveries.{{ name }}, {{ url_parameter('deliveries.query_url', name) }}
        )) as {{ name }},
        {% endfor -%}
        lower({{ url_campaign_id('deliveries.query_url') }}) as url_campaign_id,
        deliveries.click_id,
        deliveries.channel,
        deliveries.user_agent,
        deliveries.has_consent,
        deciding_events.*
    from deliveries
    inner join deciding_events
        on
            deliveries.device_key = deciding_events.device_key
            and deliveries.occurred_at = deciding_events.occurred_at
    left join {{ ref('int_web_event_duplicates') }} as duplicates
        on
            deliveries.event_key = duplicates.event_key
            and deliveries.event_check = duplicates.event_check
    where
        duplicates.event_key is null
        or (
            deliveries.received_at = duplicates.received_at
            and deliveries.occurred_at = duplicates.occurred_at
            and deliveries.device_key = duplicates.device_key
        )
),

-- Explicit utm beats click ids.
described as (
    select
        *,
        case
            when coalesce(utm_source, '') = '' and coalesce(utm_medium, '') = ''
                then coalesce(
                    split_part(click_id, '=', 1), {{ url_click_id_parameter('query_url') }}
                )
        end as click_id_parameter
    from found
),

texts as (
    select
        session_key,
        source_system,
        event_id,
        anonymous_id,
        device_key,
        page_path as landing_path,
        user_agent,
        -- Spark skips nulls when it hashes several columns.
        {{ hash64(
            "coalesce(utm_source, ''), coalesce(utm_medium, ''), coalesce(utm_campaign, ''),"
            ~ " coalesce(url_campaign_id, ''), coalesce(click_id_parameter, ''),"
            ~ " coalesce(outside_host, ''), coalesce(channel, '')"
        ) }} as traffic_key,
        utm_source,
        utm_medium,
        utm_campaign,
        nullif(utm_content, '') as utm_content,
        nullif(utm_term, '') as utm_term,
        url_campaign_id,
        click_id_parameter,
        outside_host as referrer_host,
        channel as given_channel,
        has_consent,
        is_opening
    from described
)

select * from texts

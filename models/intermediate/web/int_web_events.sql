{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    partition_by=['received_date'] if target.type != 'duckdb' else none,
    pre_hook="{{ remove_changed('received_date', ref('int_web_delivery_days')) }}",
) }}
{%- set received = changed_days() if is_incremental() -%}

with days as (
    select * from {{ ref('int_web_delivery_days') }}
    where deliveries_count > 0{{ ' and is_changed' if is_incremental() }}
),

deliveries as (
    select * from {{ ref('int_web_deliveries') }}
    {% if received -%}
    where
        given_received_at between {{ received.first }} and {{ received.last }}
        or given_received_at is null
    {%- endif %}
),

ignored_hosts as (select * from {{ ref('int_ignored_hosts') }}),

-- Campaign parameters or an external referrer give an event a traffic source.
events as (
    select
        deliveries.source_system,
        {% if var('session_splits_on_campaign') -%}
        nullif(
            concat_ws(
                '|',
                coalesce(
                    deliveries.utm_campaign,
                    nullif({{ url_parameter('deliveries.query_url', 'utm_campaign') }}, '')
                ),
                coalesce(deliveries.click_id, {{ url_click_id('deliveries.query_url') }})
            ),
            ''
        ) as campaign_text,
        {% else -%}
        cast(null as string) as campaign_text,
        {% endif -%}
        {{ load_id() }} as load_id,
        days.day_state,
        deliveries.event_key,
        deliveries.event_check,
        deliveries.device_key,
        {{ device_bucket('deliveries.device_key') }} as device_bucket,
        deliveries.event_type = 'page_view' as is_page_view,
        deliveries.has_campaign or (
            deliveries.outside_host is not null
            and same_host.host is null
            and parent_host.host is null
        ) as has_source,
        deliveries.occurred_at,
        deliveries.received_at,
        days.received_date
    from deliveries
    inner join days on cast(deliveries.received_at as date) = days.received_date
    left join ignored_hosts as same_host on deliveries.outside_host = same_host.host
    left join ignored_hosts as parent_host
        on
            substr(deliveries.outside_host, position('.' in deliveries.outside_host) + 1)
            = parent_host.host
)

select
    source_system,
    campaign_text,
    load_id,
    day_state,
    event_key,
    event_check,
    {{ fingerprint(
        'event_key, received_at, is_page_view, has_source, '
        ~ (hash64('campaign_text') if var('session_splits_on_campaign') else 'campaign_text')
    ) }} as event_hash,
    device_key,
    device_bucket,
    is_page_view,
    has_source,
    occurred_at,
    received_at,
    received_date
from events

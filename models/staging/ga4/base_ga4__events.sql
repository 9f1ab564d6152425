{{ config(enabled='ga4' in var('web_sources')) }}
{%- set texts = [
    'page_location', 'page_referrer', 'page_title', 'ignore_referrer', 'source', 'medium',
    'campaign', 'content', 'term', 'gclid', 'transaction_id', 'currency'
] -%}
{%- set manual = {
    'source': 'manual_source', 'medium': 'manual_medium', 'campaign': 'manual_campaign_name',
    'content': 'manual_content', 'term': 'manual_term', 'gclid': 'gclid'
} -%}

with exported as (
    select
        *,
        {{ keyed_values('event_params') }} as params
    from {{ raw('ga4', 'events') }}
    where user_pseudo_id <> '' or user_id <> ''
),

synced as (
    select * from {{ raw('ga4', 'event') }}
    where user_pseudo_id <> '' or user_id <> ''
),

exported_events as (
    select
        stream_id,
        user_pseudo_id,
        user_id,
        event_name,
        event_bundle_sequence_id as bundle_sequence_id,
        batch_page_id,
        batch_ordering_id,
        batch_event_index,
        {% for name in texts -%}
        {{ keyed_value('params', name) }} as {{ name }},
        {% endfor -%}
        {% for name, key in manual.items() -%}
        {{ json_text('collected_traffic_source', key) }} as collected_{{ name }},
        {% endfor -%}
        {{ json_text('privacy_info', 'analytics_storage') }} as analytics_storage,
        {{ json_text('ecommerce', 'transaction_id') }} as ecommerce_transaction_id,
        try_cast({{ json_text('ecommerce', 'purchase_revenue') }} as decimal(18, 2))
            as purchase_revenue,
        try_cast({{ json_text('ecommerce', 'purchase_revenue_in_usd') }} as decimal(18, 2))
            as purchase_revenue_in_usd,
        try_cast({{ keyed_value('params', 'value') }} as decimal(18, 2)) as given_value,
        event_timestamp as occurred_at,
        _loaded_at as loaded_at
    from exported
),

synced_events as (
    select
        stream_id,
        user_pseudo_id,
        user_id,
        name as event_name,
        bundle_sequence_id,
        batch_page_id,
        batch_ordering_id,
        batch_event_index,
        {% for name in texts -%}
        param_{{ name }} as {{ name }},
        {% endfor -%}
        {% for name, key in manual.items() -%}
        collected_traffic_source_{{ key }} as collected_{{ name }},
        {% endfor -%}
        privacy_info_analytics_storage as analytics_storage,
        ecommerce_transaction_id,
        ecommerce_purchase_revenue as purchase_revenue,
        ecommerce_purchase_revenue_in_usd as purchase_revenue_in_usd,
        param_value as given_value,
        timestamp as occurred_at,
        _fivetran_synced as loaded_at
    from synced
),

events as (
    select * from exported_events
    union all
    select * from synced_events
)

select * from events

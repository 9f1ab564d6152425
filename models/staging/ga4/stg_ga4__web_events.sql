{{ config(enabled='ga4' in var('web_sources')) }}

-- A click on a Google ad without utm parameters has wrong ones among those of the event: they would
-- say organic.
with events as (
    select
        *,
        event_name = 'purchase' as is_purchase,
        coalesce(nullif(collected_gclid, ''), nullif(gclid, '')) as click,
        coalesce(collected_source, '') = ''
        and coalesce(collected_medium, '') = ''
        and coalesce(collected_campaign, '') = ''
        and coalesce(collected_gclid, '') = ''
        and coalesce(gclid, '') = '' as is_by_parameters
    from {{ ref('base_ga4__events') }}
),

-- The id sorts the events of one batch, which share their time, in their order.
renamed as (
    select
        'ga4' as source_system,
        concat_ws(
            '|',
            nullif(stream_id, ''),
            coalesce(nullif(user_pseudo_id, ''), 'user:' || user_id),
            cast(occurred_at as string),
            {% for name in [
                'bundle_sequence_id', 'batch_page_id', 'batch_ordering_id', 'batch_event_index'
            ] -%}
            lpad(coalesce(cast({{ name }} as string), ''), 20, '0'),
            {% endfor -%}
            event_name
        ) as event_id,
        nullif(user_pseudo_id, '') as anonymous_id,
        nullif(user_id, '') as user_id,
        {{ web_event_type(
            'event_name',
            {'purchase': 'order', 'generate_lead': 'form_submit', 'file_download': 'content_download'}
        ) }} as event_type,
        case when event_name = 'page_view' then page_title else event_name end as event_name,
        page_location as page_url,
        case when coalesce(ignore_referrer, '') <> 'true' then page_referrer end as referrer,
        {% for name in ['source', 'medium', 'campaign', 'content', 'term'] -%}
        nullif(case when is_by_parameters then {{ name }} else collected_{{ name }} end, '')
            as utm_{{ name }},
        {% endfor -%}
        'gclid=' || click as click_id,
        case
            when is_purchase
                then nullif(
                    coalesce(nullif(ecommerce_transaction_id, ''), nullif(transaction_id, '')),
                    '(not set)'
                )
        end as order_id,
        case
            when is_purchase and coalesce(purchase_revenue, given_value) is null then 'USD'
            when is_purchase then upper(nullif(currency, ''))
        end as currency,
        case
            when is_purchase then coalesce(purchase_revenue, given_value, purchase_revenue_in_usd)
        end as order_value,
        case lower(analytics_storage) when 'yes' then true when 'no' then false end as has_consent,
        occurred_at,
        loaded_at as received_at
    from events
)

select * from renamed

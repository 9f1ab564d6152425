with pages as ({% include 'web/pages.sql' %}),

tracks as ({% include 'web/tracks.sql' %}),

identifies as ({% include 'web/identifies.sql' %}),

messages as (
    select
        *,
        'page_view' as event
    from pages
    union all by name
    select
        * exclude (event, event_text, context_page_url, context_page_path, context_page_referrer),
        context_page_url as url,
        context_page_referrer as referrer,
        case when event = 'order_completed' then 'purchase' else event end as event
    from tracks
    union all by name
    select
        * exclude (context_page_url, context_page_path, context_page_referrer),
        context_page_url as url,
        context_page_referrer as referrer,
        'login' as event
    from identifies
)

select
    event as event_name,
    epoch_us(timestamp) as event_timestamp,
    'web' as stream_id,
    anonymous_id as user_pseudo_id,
    user_id,
    null::bigint as event_bundle_sequence_id,
    null::bigint as batch_page_id,
    null::bigint as batch_ordering_id,
    row_number()
        over (partition by anonymous_id, timestamp, event, received_at order by id)
        as batch_event_index,
    to_json([
        { 'key': 'page_location', 'value': { 'string_value': url } },
        { 'key': 'page_referrer', 'value': { 'string_value': referrer } },
        { 'key': 'page_title', 'value': { 'string_value': title } },
        { 'key': 'currency', 'value': { 'string_value': currency } }
    ])::varchar as event_params,
    to_json({
        'analytics_storage':
        case context_consent_category_preferences_analytics
            when true then 'Yes' when false then 'No' else 'Unset'
        end
    })::varchar as privacy_info,
    to_json({
        'manual_source': context_campaign_source,
        'manual_medium': context_campaign_medium,
        'manual_campaign_name': context_campaign_name,
        'manual_term': context_campaign_term
    })::varchar as collected_traffic_source,
    to_json({ 'transaction_id': order_id, 'purchase_revenue': revenue })::varchar as ecommerce,
    received_at as _loaded_at
from messages

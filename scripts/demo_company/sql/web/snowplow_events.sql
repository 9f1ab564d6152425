with pages as ({% include 'web/pages.sql' %}),

tracks as ({% include 'web/tracks.sql' %}),

identifies as ({% include 'web/identifies.sql' %}),

messages as (
    select
        *,
        'page_view' as event,
        'page_view' as event_name
    from pages
    union all by name
    select
        * exclude (event, event_text, context_page_url, context_page_path, context_page_referrer),
        context_page_url as url,
        context_page_path as path,
        context_page_referrer as referrer,
        case when event = 'order_completed' then 'transaction' else 'unstruct' end as event,
        case when event = 'order_completed' then 'transaction' else event end as event_name
    from tracks
    union all by name
    select
        * exclude (context_page_url, context_page_path, context_page_referrer),
        context_page_url as url,
        context_page_path as path,
        context_page_referrer as referrer,
        'unstruct' as event,
        'identify' as event_name
    from identifies
)

select
    id as event_id,
    event,
    event_name,
    anonymous_id as domain_userid,
    null::varchar as network_userid,
    user_id,
    timestamp as derived_tstamp,
    received_at as collector_tstamp,
    received_at as load_tstamp,
    url as page_url,
    regexp_extract(url, '^https://([^/]+)', 1) as page_urlhost,
    path as page_urlpath,
    title as page_title,
    referrer as page_referrer,
    nullif(regexp_extract(referrer, '^[a-z]+://([^/]+)', 1), '') as refr_urlhost,
    context_campaign_source as mkt_source,
    context_campaign_medium as mkt_medium,
    context_campaign_name as mkt_campaign,
    context_campaign_content as mkt_content,
    context_campaign_term as mkt_term,
    null::varchar as mkt_clickid,
    null::varchar as mkt_network,
    null::varchar as se_action,
    order_id as tr_orderid,
    revenue as tr_total,
    currency as tr_currency,
    context_user_agent as useragent,
    context_ip as user_ipaddress,
    email,
    context_consent_category_preferences_analytics as has_consent
from messages

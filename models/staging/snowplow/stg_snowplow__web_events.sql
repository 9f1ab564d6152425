{{ config(enabled='snowplow' in var('web_sources')) }}

with events as (
    select * from {{ ref('base_snowplow__events') }}
),

renamed as (
    select
        'snowplow' as source_system,
        event_id,
        anonymous_id,
        nullif(user_id, '') as user_id,
        email,
        {{ web_event_type(
            'given_name', {'submit_form': 'form_submit', 'transaction': 'order'}
        ) }} as event_type,
        case when given_name = 'page_view' then page_title else given_name end as event_name,
        page_url,
        lower(nullif(page_urlhost, '')) as page_host,
        nullif(page_urlpath, '') as page_path,
        page_referrer as referrer,
        lower(nullif(refr_urlhost, '')) as referrer_host,
        nullif(mkt_source, '') as utm_source,
        nullif(mkt_medium, '') as utm_medium,
        nullif(mkt_campaign, '') as utm_campaign,
        nullif(mkt_content, '') as utm_content,
        nullif(mkt_term, '') as utm_term,
        case lower(mkt_network)
            when 'google' then 'gclid='
            when 'microsoft' then 'msclkid='
            when 'linkedin' then 'li_fat_id='
            when 'facebook' then 'fbclid='
            when 'tiktok' then 'ttclid='
        end || nullif(mkt_clickid, '') as click_id,
        tr_orderid as order_id,
        upper(tr_currency) as currency,
        useragent as user_agent,
        user_ipaddress as ip_address,
        tr_total as order_value,
        has_consent,
        derived_tstamp as occurred_at,
        coalesce(load_tstamp, collector_tstamp) as received_at
    from events
)

select * from renamed

{%- set second_levels = 'co|com|net|org|ac|gov|edu|or|ne|go' -%}
-- An empty parameter is a missing one.
with texts as (
    select distinct
        traffic_key,
        nullif(utm_source, '') as utm_source,
        nullif(utm_medium, '') as utm_medium,
        nullif(utm_campaign, '') as utm_campaign,
        nullif(url_campaign_id, '') as url_campaign_id,
        nullif(click_id_parameter, '') as click_id_parameter,
        nullif(referrer_host, '') as referrer_host,
        nullif(given_channel, '') as given_channel
    from {{ ref('int_web_session_texts') }}
),

ignored_hosts as (select * from {{ ref('int_ignored_hosts') }}),

click_ids as (select * from {{ ref('click_ids') }}),

source_categories as (select * from {{ ref('source_categories') }}),

-- Ignore self-referrals and payment-provider referrals.
sessions as (
    select
        texts.traffic_key,
        texts.utm_source,
        texts.utm_medium,
        texts.utm_campaign,
        texts.url_campaign_id,
        texts.click_id_parameter,
        texts.given_channel,
        case
            when same_host.host is null and parent_host.host is null then texts.referrer_host
        end as referrer_host
    from texts
    left join ignored_hosts as same_host on texts.referrer_host = same_host.host
    left join ignored_hosts as parent_host
        on substr(texts.referrer_host, position('.' in texts.referrer_host) + 1) = parent_host.host
),

-- Drop www., m., l. and lm.; the label of a host is the part directly below its public suffix.
hosts as (
    select distinct
        referrer_host,
        regexp_replace(referrer_host, '^(www|m|l|lm)[.]', '') as host
    from sessions
    where referrer_host is not null
),

host_labels as (
    select
        referrer_host,
        host,
        case
            when
                {{ matches('host', "'^[^.]+[.]([a-z]+|(" ~ second_levels ~ ")[.][a-z][a-z])$'") }}
                then split_part(host, '.', 1)
        end as label
    from hosts
),

referrers as (
    select
        host_labels.referrer_host,
        case
            when whole.source is null and labelled.source is not null then host_labels.label
            else host_labels.host
        end as source,
        coalesce(whole.source_category, labelled.source_category) as source_category
    from host_labels
    left join source_categories as whole on host_labels.host = whole.source
    left join source_categories as labelled on host_labels.label = labelled.source
),

-- Explicit utm beats click ids, click ids beat the referrer. A medium of (none) or (not set) is no
-- utm.
described as (
    select
        sessions.*,
        sessions.utm_source is not null
        or sessions.utm_medium not in ('(none)', '(not set)') as has_utm,
        click_ids.source as click_source,
        click_ids.medium as click_medium,
        referrers.source as referrer_source,
        case
            when referrers.source_category = 'search' then 'organic' else 'referral'
        end as referrer_medium
    from sessions
    left join click_ids on sessions.click_id_parameter = click_ids.parameter
    left join referrers on sessions.referrer_host = referrers.referrer_host
),

resolved as (
    select
        traffic_key,
        case
            when has_utm then coalesce(utm_source, '(not set)')
            else coalesce(click_source, referrer_source, '(direct)')
        end as source,
        case
            when has_utm then coalesce(utm_medium, '(not set)')
            when click_source is not null then click_medium
            when referrer_source is not null then referrer_medium
            else '(none)'
        end as medium,
        coalesce(utm_campaign, '(none)') as campaign,
        url_campaign_id,
        given_channel,
        coalesce(
            given_channel, utm_source, utm_medium, utm_campaign, click_id_parameter, referrer_host
        ) is not null as has_source
    from described
)

select * from resolved

with sessions as (
    select * from {{ ref('int_web_sessions') }}
),

traffic_sources as (
    select * from {{ ref('int_traffic_sources') }}
),

channel_assignments as (
    select * from {{ ref('int_channel_assignments') }}
),

with_channel as (
    select
        sessions.session_id,
        traffic_sources.source,
        traffic_sources.medium,
        traffic_sources.campaign,
        coalesce(sessions.given_channel, channel_assignments.channel) as channel
    from sessions
    left join traffic_sources
        on
            sessions.utm_source is not distinct from traffic_sources.utm_source
            and sessions.utm_medium is not distinct from traffic_sources.utm_medium
            and sessions.utm_campaign is not distinct from traffic_sources.utm_campaign
            and sessions.click_id_parameter is not distinct from traffic_sources.click_id_parameter
            and sessions.referrer_host is not distinct from traffic_sources.referrer_host
    left join channel_assignments
        on
            traffic_sources.source = channel_assignments.source
            and traffic_sources.medium = channel_assignments.medium
            and traffic_sources.campaign = channel_assignments.campaign
)

select * from with_channel

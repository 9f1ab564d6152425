{{ config(materialized='view') }}

with counted_sessions as (select * from {{ ref('int_counted_sessions') }}),

traffic_channels as (select * from {{ ref('int_traffic_channels') }}),

traffic_campaigns as (select * from {{ ref('int_traffic_campaigns') }}),

people as (select * from {{ ref('int_people') }}),

sessions as (
    select
        counted_sessions.session_id,
        counted_sessions.anonymous_id,
        counted_sessions.device_key,
        coalesce(counted_sessions.person_key, md5(counted_sessions.anonymous_id)) as visitor_key,
        counted_sessions.person_key,
        people.account_id,
        traffic_channels.channel,
        traffic_channels.source,
        traffic_channels.medium,
        traffic_channels.campaign,
        traffic_campaigns.campaign_id,
        counted_sessions.landing_path,
        counted_sessions.utm_content,
        counted_sessions.utm_term,
        coalesce(counted_sessions.identity_method, 'anonymous') as identity_method,
        coalesce(counted_sessions.touch_type, 'session') as touch_type,
        counted_sessions.events_count,
        counted_sessions.pages_count,
        counted_sessions.is_hidden,
        counted_sessions.started_at,
        counted_sessions.ended_at
    from counted_sessions
    inner join traffic_channels on counted_sessions.traffic_key = traffic_channels.traffic_key
    left join traffic_campaigns
        on counted_sessions.traffic_key = traffic_campaigns.traffic_key
    left join people on counted_sessions.person_key = people.person_key
)

select * from sessions

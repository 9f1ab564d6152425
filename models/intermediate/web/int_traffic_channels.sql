with traffic_sources as (
    select * from {{ ref('int_traffic_sources') }}
),

channel_assignments as (
    select * from {{ ref('int_channel_assignments') }}
),

-- A channel that the source brings along stands as it is.
traffic_channels as (
    select
        cast(row_number() over (order by traffic_sources.traffic_text asc nulls last) as int)
            as traffic_number,
        traffic_sources.traffic_text,
        coalesce(traffic_sources.given_channel, channel_assignments.channel) as channel,
        traffic_sources.source,
        traffic_sources.medium,
        traffic_sources.campaign
    from traffic_sources
    inner join channel_assignments
        on
            traffic_sources.source = channel_assignments.source
            and traffic_sources.medium = channel_assignments.medium
            and traffic_sources.campaign = channel_assignments.campaign
)

select * from traffic_channels

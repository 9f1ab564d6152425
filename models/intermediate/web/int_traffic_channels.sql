with traffic_sources as (select * from {{ ref('int_traffic_sources') }}),

source_categories as (select * from {{ ref('source_categories') }}),

-- An empty condition always matches.
channel_rules as (
    select
        priority,
        channel,
        nullif(source_category, '') as source_category,
        nullif(source_pattern, '') as source_pattern,
        nullif(medium_pattern, '') as medium_pattern,
        nullif(campaign_pattern, '') as campaign_pattern
    from {{ ref('channel_rules') }}
),

-- Rules compare lower-case text; a missing value is an empty string.
categorised as (
    select distinct
        traffic_sources.source,
        traffic_sources.medium,
        traffic_sources.campaign,
        source_categories.source_category,
        lower(traffic_sources.source) as source_text,
        lower(traffic_sources.medium) as medium_text,
        case
            when traffic_sources.campaign = '(none)' then ''
            else lower(traffic_sources.campaign)
        end as campaign_text
    from traffic_sources
    left join source_categories on lower(traffic_sources.source) = source_categories.source
),

-- Match every rule against every distinct traffic source; the first matching rule decides.
assigned as (
    select
        categorised.source,
        categorised.medium,
        categorised.campaign,
        min_by(channel_rules.channel, channel_rules.priority) as channel
    from categorised
    inner join channel_rules
        on
            (
                channel_rules.source_category is null
                or categorised.source_category = channel_rules.source_category
            )
            and (
                channel_rules.source_pattern is null
                or {{ matches('categorised.source_text', 'channel_rules.source_pattern') }}
            )
            and (
                channel_rules.medium_pattern is null
                or {{ matches('categorised.medium_text', 'channel_rules.medium_pattern') }}
            )
            and (
                channel_rules.campaign_pattern is null
                or {{ matches('categorised.campaign_text', 'channel_rules.campaign_pattern') }}
            )
    group by categorised.source, categorised.medium, categorised.campaign
),

-- Keep the channel that the source provides.
traffic_channels as (
    select
        traffic_sources.traffic_key,
        coalesce(traffic_sources.given_channel, assigned.channel) as channel,
        traffic_sources.source,
        traffic_sources.medium,
        traffic_sources.campaign,
        traffic_sources.url_campaign_id
    from traffic_sources
    inner join assigned
        on
            traffic_sources.source = assigned.source
            and traffic_sources.medium = assigned.medium
            and traffic_sources.campaign = assigned.campaign
)

select * from traffic_channels

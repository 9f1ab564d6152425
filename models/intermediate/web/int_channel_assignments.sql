with traffic_sources as (
    select distinct
        source,
        medium,
        campaign
    from {{ ref('int_traffic_sources') }}
),

source_categories as (
    select * from {{ ref('source_categories') }}
),

channel_rules as (
    select * from {{ ref('channel_rules') }}
),

-- Rules compare lower-case text; what is absent is the empty text.
categorised as (
    select
        traffic_sources.*,
        source_categories.source_category,
        lower(traffic_sources.source) as source_text,
        lower(traffic_sources.medium) as medium_text,
        case when traffic_sources.campaign = '(none)' then '' else lower(traffic_sources.campaign) end as campaign_text
    from traffic_sources
    left join source_categories on lower(traffic_sources.source) = source_categories.source
),

-- Every rule is tried on every distinct traffic source; the first that holds wins.
assigned as (
    select
        categorised.source,
        categorised.medium,
        categorised.campaign,
        categorised.source_category,
        min_by(channel_rules.channel, channel_rules.priority) as channel,
        min(channel_rules.priority) as rule_priority
    from categorised
    inner join channel_rules
        on
            coalesce(channel_rules.source_category = categorised.source_category, channel_rules.source_category is null)
            and coalesce({{ matches('categorised.source_text', 'channel_rules.source_pattern') }}, channel_rules.source_pattern is null)
            and coalesce({{ matches('categorised.medium_text', 'channel_rules.medium_pattern') }}, channel_rules.medium_pattern is null)
            and coalesce(
                {{ matches('categorised.campaign_text', 'channel_rules.campaign_pattern') }},
                channel_rules.campaign_pattern is null
            )
    group by
        categorised.source,
        categorised.medium,
        categorised.campaign,
        categorised.source_category
)

select * from assigned

with opportunities as (select * from {{ ref('int_opportunities') }}),

conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type = 'opportunity'
),

first_touches as (
    select * from {{ ref('int_attribution_paths') }}
    where position = 1
),

channels as (select * from {{ ref('channels') }}),

pipeline_sources as (select * from {{ ref('pipeline_sources') }}),

opportunity_channels as (
    select
        conversions.opportunity_id,
        case when first_touches.is_hidden then '(hidden by consent)' else first_touches.channel end
            as channel,
        channels.lead_type
    from conversions
    inner join first_touches on conversions.conversion_id = first_touches.conversion_id
    left join channels on first_touches.channel = channels.channel
),

-- Source of an opportunity type that has the same source for every lead type.
sources_by_type as (
    select
        opportunity_type,
        max(source) as source
    from pipeline_sources
    group by opportunity_type
    having min(source) = max(source)
),

sourced as (
    select
        opportunities.opportunity_id,
        coalesce(opportunity_channels.channel, '(unattributed)') as channel,
        coalesce(pipeline_sources.source, sources_by_type.source, 'unsourced') as source
    from opportunities
    left join opportunity_channels
        on opportunities.opportunity_id = opportunity_channels.opportunity_id
    left join sources_by_type on opportunities.opportunity_type = sources_by_type.opportunity_type
    left join pipeline_sources
        on
            opportunities.opportunity_type = pipeline_sources.opportunity_type
            and opportunity_channels.lead_type = pipeline_sources.lead_type
)

select * from sourced

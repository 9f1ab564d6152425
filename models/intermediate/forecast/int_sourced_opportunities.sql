with opportunities as (select * from {{ ref('int_opportunities') }}),

sources as (select * from {{ ref('int_opportunity_sources') }}),

marketing_source as (
    select max(source) as source
    from {{ ref('pipeline_sources') }}
    where opportunity_type = 'new_business' and lead_type = 'net'
),

conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type = 'won'
),

marketing_paths as (select * from {{ ref('int_marketing_paths') }}),

-- The two definitions are those of rpt_pipeline_generation (source at creation) and
-- rpt_marketing_contribution (first touch of a won opportunity).
final as (
    select
        opportunities.opportunity_id,
        coalesce(sources.source = marketing_source.source, false) as is_sourced_pipeline,
        coalesce(
            opportunities.opportunity_type = 'new_business'
            and marketing_paths.starts_with_marketing,
            false
        ) as is_sourced_win
    from opportunities
    cross join marketing_source
    left join sources on opportunities.opportunity_id = sources.opportunity_id
    left join conversions on opportunities.opportunity_id = conversions.opportunity_id
    left join marketing_paths on conversions.conversion_id = marketing_paths.conversion_id
)

select * from final

with content_touches as (select * from {{ ref('int_content_touches') }}),

paths as (
    select
        conversion_id,
        touchpoint_id
    from {{ ref('int_attribution_paths') }}
),

conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type in ('opportunity', 'won')
),

content_conversion as (select * from {{ ref('int_content_conversion') }}),

used as (
    select
        content_id,
        journey_stage,
        count(*) as touches_count,
        count(distinct person_key) as people_count
    from content_touches
    group by content_id, journey_stage
),

-- An opportunity counts once per row, even if several touches of its path used the content. Paths
-- of opportunities contain people only, hidden or not.
on_paths as (
    select distinct
        content_touches.content_id,
        content_touches.journey_stage,
        conversions.conversion_id,
        conversions.conversion_type,
        conversions.conversion_value
    from content_touches
    inner join paths on content_touches.touchpoint_id = paths.touchpoint_id
    inner join conversions on paths.conversion_id = conversions.conversion_id
    where content_touches.person_key is not null or content_touches.is_hidden
),

influenced as (
    select
        content_id,
        journey_stage,
        count(case when conversion_type = 'opportunity' then 1 end) as opportunities_count,
        count(case when conversion_type = 'won' then 1 end) as won_count,
        sum(case when conversion_type = 'won' then conversion_value end) as influenced_won_amount
    from on_paths
    group by content_id, journey_stage
),

final as (
    select
        used.content_id,
        content.title as content_title,
        used.journey_stage,
        cast(used.touches_count as bigint) as touches_count,
        cast(used.people_count as bigint) as people_count,
        cast(coalesce(influenced.opportunities_count, 0) as bigint) as opportunities_count,
        cast(coalesce(influenced.won_count, 0) as bigint) as won_count,
        cast(coalesce(influenced.influenced_won_amount, 0) as decimal(18, 2))
            as influenced_won_amount,
        content_conversion.conversion_rate,
        content_conversion.conversion_rate_without,
        content_conversion.conversion_rate
        / nullif(content_conversion.conversion_rate_without, 0) as conversion_lift
    from used
    left join {{ ref('dim_content') }} as content on used.content_id = content.content_id
    left join influenced
        on
            used.content_id = influenced.content_id
            and used.journey_stage = influenced.journey_stage
    left join content_conversion
        on
            used.content_id = content_conversion.content_id
            and used.journey_stage = content_conversion.journey_stage
)

select * from final

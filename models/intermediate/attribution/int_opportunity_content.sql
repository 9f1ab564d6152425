with conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type = 'opportunity'
),

paths as (select * from {{ ref('int_attribution_paths') }}),

-- Paths of opportunities hold touches of people only, hidden or not.
content_touches as (
    select * from {{ ref('int_content_touches') }}
    where person_key is not null or is_hidden
),

opportunity_content as (
    select
        conversions.opportunity_id,
        count(distinct content_touches.content_id) as contents_count
    from conversions
    inner join paths on conversions.conversion_id = paths.conversion_id
    inner join content_touches on paths.touchpoint_id = content_touches.touchpoint_id
    group by conversions.opportunity_id
)

select * from opportunity_content

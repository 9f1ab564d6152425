with paths as (select * from {{ ref('int_attribution_paths') }}),

touchpoints as (
    select
        touchpoint_id,
        is_marketing
    from {{ ref('int_followed_touchpoints') }}
),

won as (
    select
        conversion_id,
        conversion_number
    from {{ ref('int_attribution_conversions') }}
    where conversion_type = 'won'
),

marketing as (
    select
        won.conversion_id,
        bool_or(paths.position = 1 and touchpoints.is_marketing) as starts_with_marketing,
        bool_or(touchpoints.is_marketing) as has_marketing
    from won
    inner join paths on won.conversion_number = paths.conversion_number
    inner join touchpoints on paths.touchpoint_id = touchpoints.touchpoint_id
    group by won.conversion_id
)

select * from marketing

with content_items as (select * from {{ ref('content_items') }}),

content_touches as (
    select
        content_id,
        count(*) as touches_count
    from {{ ref('int_content_touches') }}
    group by content_id
),

final as (
    select
        content_items.content_id,
        content_items.title,
        content_items.url_path,
        content_items.content_type,
        content_items.journey_stage as intended_stage,
        content_items.topic,
        cast(coalesce(content_touches.touches_count, 0) as bigint) as touches_count
    from content_items
    left join content_touches on content_items.content_id = content_touches.content_id
)

select * from final

with content_items as (select * from {{ ref('content_items') }}),

content_touches as (
    select
        content_id,
        count(*) as touches_count
    from {{ ref('int_content_touches') }}
    group by content_id
),

-- Reports without a content item have (none).
items as (
    select
        content_id,
        title,
        url_path,
        content_type,
        journey_stage,
        topic
    from content_items
    union all
    select
        '(none)' as content_id,
        '(none)' as title,
        cast(null as string) as url_path,
        cast(null as string) as content_type,
        cast(null as string) as journey_stage,
        cast(null as string) as topic
),

final as (
    select
        items.content_id,
        items.title,
        items.url_path,
        items.content_type,
        items.journey_stage as intended_stage,
        items.topic,
        cast(coalesce(content_touches.touches_count, 0) as bigint) as touches_count
    from items
    left join content_touches on items.content_id = content_touches.content_id
)

select * from final

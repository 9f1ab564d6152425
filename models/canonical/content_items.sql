with content_items as (
    {{ union_sources(['content_sources'], 'content_items') }}
)

select * from content_items

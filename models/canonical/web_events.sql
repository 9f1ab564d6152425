{{ config(materialized=view_until_published()) }}

with web_events as (
    {{ union_sources(['web_sources'], 'web_events', crm_ids=['person_id']) }}
)

select * from web_events

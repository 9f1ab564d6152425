{{ config(materialized=view_until_published()) }}

with web_events as (
    {{ union_sources(
        ['web_sources'], 'web_events',
        crm_ids=['person_id'],
        identifiers=['anonymous_id', 'user_id', 'person_id', 'email'],
        details=['ip_address']
    ) }}
)

select * from web_events

{{ config(materialized=view_until_published()) }}

with web_events as (
    {{ union_sources(
        ['web_sources'], 'web_events',
        crm_ids=['person_id'],
        identifiers=['anonymous_id', 'user_id', 'person_id', 'email'],
        details=['ip_address'],
        urls=[
            'page_url', 'page_path', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign',
            'utm_content', 'utm_term'
        ]
    ) }}
)

select * from web_events

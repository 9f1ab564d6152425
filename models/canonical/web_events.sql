with web_events as (
    {{ union_sources(
        ['web_sources'], 'web_events'
    ) }}
)

select * from web_events

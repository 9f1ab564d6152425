{{ config(enabled='rudderstack' in var('web_sources')) }}

with web_events as (
    {{ segment_web_events(
        'rudderstack',
        has_consent=rudderstack_consent(),
        identified_email="coalesce(nullif(email, ''), context_traits_email)"
    ) }}
)

select * from web_events

{{ config(enabled='segment' in var('web_sources')) }}

with web_events as (
    {{ segment_web_events('segment', 'context_consent_category_preferences_analytics') }}
)

select * from web_events

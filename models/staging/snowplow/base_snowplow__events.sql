{{ config(enabled='snowplow' in var('web_sources')) }}

with raw_events as (
    select * from {{ raw('snowplow', 'events') }}
),

-- The collector's cookie stands in for the domain's; zeros are anonymised. A structured event has
-- its name in its action.
named as (
    select
        *,
        coalesce(
            nullif(domain_userid, ''),
            nullif(nullif(network_userid, ''), '00000000-0000-0000-0000-000000000000')
        ) as anonymous_id,
        coalesce(
            case when event = 'struct' or event_name = 'event' then nullif(se_action, '') end,
            nullif(event_name, ''),
            event
        ) as given_name
    from raw_events
),

of_visitors as (
    select * from named
    where anonymous_id is not null or user_id <> ''
)

select * from of_visitors

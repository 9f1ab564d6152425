{{ config(enabled='hubspot' in var('email_sources')) }}

with raw_events as (
    select * from {{ raw('hubspot', 'email_event') }}
),

raw_clicks as (
    select * from {{ raw('hubspot', 'email_event_click') }}
),

raw_status_changes as (
    select * from {{ raw('hubspot', 'email_event_status_change') }}
),

-- HubSpot marks the events of bots and of its users' own addresses.
events as (
    select
        raw_events.id,
        upper(trim(raw_events.type)) as hubspot_type,
        raw_events.recipient,
        raw_events.email_campaign_id,
        raw_clicks.url,
        upper(
            coalesce(raw_status_changes.portal_subscription_status, '')
            || coalesce(raw_status_changes.subscriptions, '')
        ) as subscription_status,
        raw_events.created
    from raw_events
    left join raw_clicks on raw_events.id = raw_clicks.id
    left join raw_status_changes on raw_events.id = raw_status_changes.id
    where coalesce(raw_events.filtered_event, false) = false
)

select * from events

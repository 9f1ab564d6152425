{{ config(enabled='hubspot' in var('email_sources')) }}

with events as (select * from {{ ref('base_hubspot__email_events') }}),

-- Who reports spam is unsubscribed. Processed, deferred, dropped, printed and forwarded emails are
-- left out, as are changes to another subscription.
typed as (
    select
        *,
        case
            when hubspot_type = 'SENT' then 'sent'
            when hubspot_type = 'DELIVERED' then 'delivered'
            when hubspot_type = 'OPEN' then 'opened'
            when hubspot_type = 'CLICK' then 'clicked'
            when hubspot_type = 'BOUNCE' then 'bounced'
            when hubspot_type = 'SPAMREPORT' then 'unsubscribed'
            when hubspot_type = 'STATUSCHANGE' and subscription_status like '%UNSUBSCRIBED%'
                then 'unsubscribed'
        end as event_type
    from events
),

-- Events have no id of the person: they are found by their address.
renamed as (
    select
        'hubspot' as source_system,
        id as event_id,
        recipient as email,
        email_campaign_id as campaign_id,
        event_type,
        nullif(url, '') as link_url,
        created as occurred_at
    from typed
    where event_type is not null
)

select * from renamed

create table hubspot.email_event as
with events as (
    {% for table, type in [
        ('activity_send_email', 'SENT'),
        ('activity_email_delivered', 'DELIVERED'),
        ('activity_open_email', 'OPEN'),
        ('activity_click_email', 'CLICK'),
        ('activity_email_bounced', 'BOUNCE'),
        ('activity_unsubscribe_email', 'STATUSCHANGE'),
    ] -%}
    select
        id,
        '{{ type }}' as type,
        lead_id,
        campaign_id,
        activity_date
    from marketo.{{ table }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    events.id,
    events.type,
    lead.email as recipient,
    events.campaign_id as email_campaign_id,
    false as filtered_event,
    events.activity_date as created,
    synced() as _fivetran_synced
from events
inner join marketo.lead on events.lead_id = lead.id;

create table hubspot.email_event_click as
select
    id,
    link as url,
    synced() as _fivetran_synced
from marketo.activity_click_email;

create table hubspot.email_event_status_change as
select
    id,
    'UNSUBSCRIBED' as portal_subscription_status,
    '[]' as subscriptions,
    synced() as _fivetran_synced
from marketo.activity_unsubscribe_email;

-- Submissions are among the events of the website already.
create table hubspot.contact_form_submission as
select
    null::varchar as contact_id,
    null::varchar as conversion_id,
    null::varchar as title,
    null::varchar as page_url,
    null::timestamp as timestamp,
    synced() as _fivetran_synced
where false

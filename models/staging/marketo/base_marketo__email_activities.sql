{{ config(enabled='marketo' in var('email_sources')) }}

{%- set activities = {
    'activity_send_email': 'sent',
    'activity_email_delivered': 'delivered',
    'activity_open_email': 'opened',
    'activity_click_email': 'clicked',
    'activity_email_bounced': 'bounced',
    'activity_unsubscribe_email': 'unsubscribed'
} -%}

with leads as (
    select * from {{ raw('marketo', 'lead') }}
),

activities as (
    {% for table, event_type in activities.items() -%}
    select
        '{{ event_type }}' as event_type,
        id as activity_id,
        lead_id,
        campaign_id,
        {{ 'link' if table == 'activity_click_email' else 'cast(null as string)' }} as link_url,
        activity_date as occurred_at
    from {{ raw('marketo', table) }} as {{ table }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

with_leads as (
    select
        activities.event_type,
        activities.activity_id,
        activities.lead_id,
        leads.sfdc_contact_id,
        leads.sfdc_lead_id,
        leads.email,
        activities.campaign_id,
        activities.link_url,
        activities.occurred_at
    from activities
    left join leads
        on activities.lead_id = leads.id
)

select * from with_leads

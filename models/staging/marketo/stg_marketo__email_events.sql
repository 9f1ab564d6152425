{{ config(enabled='marketo' in var('email_sources')) }}

with email_activities as (select * from {{ ref('base_marketo__email_activities') }}),

renamed as (
    select
        'marketo' as source_system,
        event_type || ':' || activity_id as event_id,
        email,
        coalesce(
            nullif(sfdc_contact_id, ''),
            nullif(sfdc_lead_id, '')
            {%- if 'marketo' in var('marketing_sources') %},
            'marketo:' || lead_id
            {%- endif %}
        ) as person_id,
        campaign_id,
        event_type,
        nullif(link_url, '') as link_url,
        occurred_at
    from email_activities
)

select * from renamed

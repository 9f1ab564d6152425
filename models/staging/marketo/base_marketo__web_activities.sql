{{ config(enabled='marketo' in var('web_sources')) }}

with raw_visits as (
    select * from {{ raw('marketo', 'activity_visit_webpage') }}
),

raw_forms as (
    select * from {{ raw('marketo', 'activity_fill_out_form') }}
),

leads as (select * from {{ ref('base_marketo__leads') }}),

activities as (
    select
        'page_view' as event_type,
        id as activity_id,
        lead_id,
        cast(null as string) as form_name,
        -- Marketo names a page by host and path, and knows the address without its parameters.
        case
            when lower(webpage_url) like 'http%' then webpage_url
            else 'https://' || primary_attribute_value
        end as page,
        query_parameters,
        referrer_url,
        client_ip_address,
        user_agent,
        activity_date
    from raw_visits
    union all
    -- The referrer of a form is the page with the form.
    select
        'form_submit' as event_type,
        id as activity_id,
        lead_id,
        primary_attribute_value as form_name,
        referrer_url as page,
        query_parameters,
        cast(null as string) as referrer_url,
        client_ip_address,
        user_agent,
        activity_date
    from raw_forms
),

with_people as (
    select
        activities.event_type,
        activities.activity_id,
        activities.lead_id,
        coalesce(leads.person_id, 'marketo:' || activities.lead_id) as person_id,
        leads.email,
        activities.form_name,
        activities.page
        || case
            when activities.query_parameters <> '' and activities.page not like '%?%'
                then '?' || activities.query_parameters
            else ''
        end as page_url,
        activities.referrer_url,
        activities.client_ip_address,
        activities.user_agent,
        activities.activity_date
    from activities
    left join leads on activities.lead_id = leads.lead_id
)

select * from with_people

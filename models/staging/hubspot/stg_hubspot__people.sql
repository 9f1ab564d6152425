{{ config(enabled='hubspot' in var('crm_sources')) }}

with raw_contacts as (
    select * from {{ raw('hubspot', 'contact', with_later=true) }}
),

-- HubSpot has one record per person from the first form on, so nothing is ever converted.
renamed as (
    select
        'hubspot' as source_system,
        id as person_id,
        'contact' as record_type,
        property_email as email,
        property_how_did_you_hear_about_us as self_reported_source,
        property_associatedcompanyid as account_id,
        property_company as company_name,
        property_jobtitle as job_title,
        property_country as country,
        coalesce(property_lead_source, property_hs_analytics_source) as lead_source,
        coalesce(property_lifecyclestage, property_hs_lead_status) as status,
        property_hubspot_owner_id as owner_id,
        property_hs_email_optout as is_email_opted_out,
        property_createdate as created_at
    from raw_contacts
    where coalesce(_fivetran_deleted, false) = false
)

select * from renamed

{{ config(enabled='hubspot' in var('crm_sources')) }}

with raw_companies as (
    select * from {{ raw('hubspot', 'company') }}
),

living as (
    select
        *,
        regexp_replace(
            lower(trim(coalesce(property_domain, property_website))),
            '^([a-z]+://)?(www[.])?', ''
        ) as website_address
    from raw_companies
    where coalesce(is_deleted, false) = false
),

renamed as (
    select
        'hubspot' as source_system,
        id as account_id,
        property_name as account_name,
        nullif(regexp_replace(website_address, '[/?#:].*$', ''), '') as website_domain,
        property_industry as industry,
        property_numberofemployees as employee_count,
        property_annualrevenue as annual_revenue,
        property_country as country,
        property_hubspot_owner_id as owner_id,
        property_hs_parent_company_id as parent_account_id,
        property_createdate as created_at
    from living
)

select * from renamed

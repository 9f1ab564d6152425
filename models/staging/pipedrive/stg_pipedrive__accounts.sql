{{ config(enabled='pipedrive' in var('crm_sources')) }}

with raw_organizations as (
    select * from {{ raw('pipedrive', 'organizations') }}
),

renamed as (
    select
        'pipedrive' as source_system,
        id as account_id,
        name as account_name,
        nullif({{ website_domain('website') }}, '') as website_domain,
        industry,
        employee_count,
        annual_revenue,
        address_country as country,
        owner_id,
        add_time as created_at
    from raw_organizations
    where coalesce(active_flag, true)
)

select * from renamed

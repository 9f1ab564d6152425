{{ config(enabled='generic' in var('crm_sources')) }}

with raw_accounts as (
    select * from {{ raw('generic', 'accounts') }}
),

renamed as (
    select
        coalesce(source_system, 'generic') as source_system,
        account_id,
        account_name,
        website_domain,
        industry,
        employee_count,
        annual_revenue,
        country,
        owner_id,
        parent_account_id,
        created_at
    from raw_accounts
)

select * from renamed

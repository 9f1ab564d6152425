{{ config(enabled='salesforce' in var('crm_sources')) }}

with raw_accounts as (
    select * from {{ raw('salesforce', 'account') }}
),

-- Merged accounts are in stg_salesforce__record_merges only, deleted ones nowhere.
living as (
    select * from raw_accounts
    where coalesce(is_deleted, false) = false and master_record_id is null
),

without_scheme as (
    select
        *,
        regexp_replace(lower(trim(website)), '^([a-z]+://)?(www[.])?', '') as website_address
    from living
),

renamed as (
    select
        'salesforce' as source_system,
        id as account_id,
        name as account_name,
        nullif(regexp_replace(website_address, '[/?#:].*$', ''), '') as website_domain,
        industry,
        number_of_employees as employee_count,
        annual_revenue,
        billing_country as country,
        owner_id,
        parent_id as parent_account_id,
        created_date as created_at
    from without_scheme
)

select * from renamed

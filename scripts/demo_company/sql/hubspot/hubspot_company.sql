create table hubspot.company as
select
    id,
    name as property_name,
    null::varchar as property_domain,
    website as property_website,
    industry as property_industry,
    billing_country as property_country,
    owner_id as property_hubspot_owner_id,
    parent_id as property_hs_parent_company_id,
    (
        select string_agg(merged.id, ';' order by merged.id)
        from salesforce.account as merged
        where merged.master_record_id = account.id
    ) as property_hs_merged_object_ids,
    number_of_employees as property_numberofemployees,
    annual_revenue as property_annualrevenue,
    created_date as property_createdate,
    is_deleted,
    _fivetran_synced
from salesforce.account as account

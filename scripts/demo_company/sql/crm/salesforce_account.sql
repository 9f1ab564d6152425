create table salesforce.account as
select
    '001' || lpad(company::varchar, 9, '0') as id,
    company_name as name,
    case when u(company, 'website') < 0.9 then 'https://www.' || domain end as website,
    case when u(company, 'known industry') < 0.97 then industry end as industry,
    case when u(company, 'known size') < 0.98 then employees end as number_of_employees,
    (
        employees * (80000 + floor(u(company, 'revenue') * 170000)::bigint))::decimal(
        18,
        2
    ) as annual_revenue,
    country as billing_country,
    staff_of('Sales', u(company, 'account owner')) as owner_id,
    case
        when u(company, 'subsidiary') < 0.03 and company > 40 then
            (
                select '001' || lpad(min(company)::varchar, 9, '0') from crm_companies as parents
                where is_launch_customer
            )
    end as parent_id,
    account_at as created_date,
    false as is_deleted,
    null::varchar as master_record_id,
    synced() as _fivetran_synced
from crm_companies

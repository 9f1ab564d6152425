{{ config(enabled=var('crm_sources') | length > 1) }}

with accounts as (
    select
        account_id,
        lower(trim(account_name)) as account_name,
        {{ website_domain('website_domain') }} as domain,
        case split_part(account_id, ':', 1)
            {% for vendor in var('crm_sources') -%}
            when '{{ vendor }}' then {{ loop.index }}
            {% endfor -%}
        end as crm_number,
        created_at
    from {{ ref('accounts') }}
),

merged_accounts as (
    select merged_id as account_id from {{ ref('record_merges') }}
    where record_type = 'account'
),

generic_mail_domains as (
    select lower(domain) as domain from {{ ref('generic_mail_domains') }}
),

companies as (
    select
        *,
        min(crm_number) over (partition by domain) as first_crm_number
    from accounts
    where
        domain <> ''
        and domain not in (select generic_mail_domains.domain from generic_mail_domains)
        and account_id not in (select merged_accounts.account_id from merged_accounts)
),

-- If the first CRM has several accounts of a company: the one with the same name, else the oldest.
matched as (
    select
        companies.account_id as merged_id,
        firsts.account_id as survivor_id
    from companies
    inner join companies as firsts
        on
            companies.domain = firsts.domain
            and companies.first_crm_number = firsts.crm_number
            and companies.crm_number > firsts.crm_number
    qualify row_number() over (
        partition by companies.account_id
        order by
            coalesce(companies.account_name = firsts.account_name, false) desc,
            firsts.created_at asc nulls last, firsts.account_id asc nulls last
    ) = 1
)

select * from matched

with person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

people as (
    select * from {{ ref('people') }}
    where account_id is not null
),

survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'account'
),

account_domains as (select * from {{ ref('int_account_domains') }}),

generic_mail_domains as (select * from {{ ref('generic_mail_domains') }}),

company_visit_sessions as (select * from {{ ref('int_company_visit_sessions') }}),

session_people as (
    select * from {{ ref('int_session_people') }}
    where person_key is not null
),

-- Account in the CRM: contacts before leads, then the oldest record.
crm_accounts as (
    select
        person_identifiers.person_key,
        coalesce(survivors.survivor_id, people.account_id) as account_id,
        'crm' as account_match_method,
        'high' as account_match_confidence,
        1 as account_match_rank
    from person_identifiers
    inner join people on person_identifiers.identifier = people.person_id
    left join survivors on people.account_id = survivors.merged_id
    where person_identifiers.identifier_type = 'crm'
    qualify row_number() over (
        partition by person_identifiers.person_key
        order by people.record_type nulls last, people.created_at nulls last, people.person_id
    ) = 1
),

-- Otherwise the account whose web site has the domain of an email, the first in alphabetical order.
domain_accounts as (
    select
        person_identifiers.person_key,
        account_domains.account_id,
        'email_domain' as account_match_method,
        'medium' as account_match_confidence,
        2 as account_match_rank
    from person_identifiers
    inner join account_domains
        on split_part(person_identifiers.identifier, '@', 2) = account_domains.domain
    left join generic_mail_domains
        on account_domains.domain = lower(generic_mail_domains.domain)
    where person_identifiers.identifier_type = 'email' and generic_mail_domains.domain is null
    qualify row_number() over (
        partition by person_identifiers.person_key
        order by person_identifiers.identifier
    ) = 1
),

-- Otherwise the account of the visiting company, if all visits are from the same company.
visit_accounts as (
    select
        session_people.person_key,
        min(account_domains.account_id) as account_id,
        'company_visit' as account_match_method,
        'weak' as account_match_confidence,
        3 as account_match_rank
    from company_visit_sessions
    inner join session_people
        on
            company_visit_sessions.device_key = session_people.device_key
            and company_visit_sessions.started_at = session_people.started_at
    left join account_domains on company_visit_sessions.company_domain = account_domains.domain
    group by session_people.person_key
    having
        count(distinct company_visit_sessions.company_domain) = 1
        and min(account_domains.account_id) is not null
),

candidates as (
    select * from crm_accounts
    union all
    select * from domain_accounts
    union all
    select * from visit_accounts
),

person_accounts as (
    select
        person_key,
        account_id,
        account_match_method,
        account_match_confidence
    from candidates
    qualify row_number() over (
        partition by person_key
        order by account_match_rank
    ) = 1
)

select * from person_accounts

with person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

crm_people as (select * from {{ ref('people') }}),

person_accounts as (select * from {{ ref('int_person_accounts') }}),

-- Take each value from the oldest CRM record that has one, the owner from the newest record.
numbered as (
    select
        crm_people.*,
        person_identifiers.person_key,
        row_number() over (
            partition by person_identifiers.person_key
            order by crm_people.created_at nulls last, crm_people.person_id
        ) as record_number
    from person_identifiers
    inner join crm_people on person_identifiers.identifier = crm_people.person_id
    where person_identifiers.identifier_type = 'crm'
),

crm_values as (
    select
        person_key,
        min_by(lead_source, record_number) filter (where lead_source is not null) as lead_source,
        min_by(self_reported_source, record_number) filter (
            where self_reported_source is not null
        ) as self_reported_source,
        min_by(country, record_number) filter (where country is not null) as country,
        min_by(job_title, record_number) filter (where job_title is not null) as job_title,
        max_by(owner_id, record_number) filter (where owner_id is not null) as owner_id,
        bool_or(is_email_opted_out) as is_email_opted_out
    from numbered
    group by person_key
),

identities as (
    select
        person_key,
        min(case when identifier_type = 'email' then identifier end) as email,
        count(*) as records_count,
        min(first_seen_at) as became_lead_at
    from person_identifiers
    group by person_key
),

people as (
    select
        identities.person_key,
        identities.email,
        person_accounts.account_id,
        person_accounts.account_match_method,
        person_accounts.account_match_confidence,
        crm_values.owner_id,
        crm_values.lead_source,
        crm_values.self_reported_source,
        crm_values.job_title,
        crm_values.country,
        identities.records_count,
        coalesce(crm_values.is_email_opted_out, false) as is_email_opted_out,
        identities.became_lead_at
    from identities
    left join crm_values on identities.person_key = crm_values.person_key
    left join person_accounts on identities.person_key = person_accounts.person_key
)

select * from people

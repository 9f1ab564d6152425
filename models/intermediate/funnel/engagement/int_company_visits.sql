with company_visits as (
    select * from {{ ref('company_visits') }}
),

account_domains as (
    select * from {{ ref('int_account_domains') }}
),

visit_sessions as (
    select * from {{ ref('int_company_visit_sessions') }}
),

session_people as (
    select * from {{ ref('int_session_people') }}
),

people as (
    select * from {{ ref('int_people') }}
    where account_id is not null
),

-- A visit that is also the session of a person of the account is a touch of that person.
personal_visits as (
    select distinct
        visit_sessions.visit_id,
        people.account_id
    from visit_sessions
    inner join session_people
        on
            visit_sessions.device_key = session_people.device_key
            and visit_sessions.started_at = session_people.started_at
    inner join people on session_people.person_key = people.person_key
),

matched as (
    select
        company_visits.visit_id,
        account_domains.account_id,
        company_visits.company_domain,
        personal_visits.visit_id is not null as is_known_person,
        company_visits.visited_at
    from company_visits
    left join account_domains on company_visits.company_domain = account_domains.domain
    left join personal_visits
        on
            company_visits.visit_id = personal_visits.visit_id
            and account_domains.account_id = personal_visits.account_id
)

select * from matched

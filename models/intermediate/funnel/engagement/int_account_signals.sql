with touchpoints as (
    select * from {{ ref('int_touchpoints') }}
    where account_id is not null
),

company_visits as (select * from {{ ref('company_visits') }}),

account_domains as (select * from {{ ref('int_account_domains') }}),

visit_sessions as (select * from {{ ref('int_company_visit_sessions') }}),

session_people as (select * from {{ ref('int_session_people') }}),

people as (
    select * from {{ ref('int_people') }}
    where account_id is not null
),

-- Visits that are also a session of a known person of the account, and so already a touchpoint.
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

signals as (
    select
        account_id,
        cast(null as string) as company_domain,
        touch_type as signal,
        1 as signals_count,
        case when is_session then 1 else 0 end as sessions_count,
        0 as visits_count,
        0 as visit_pages_count,
        touched_at as signalled_at
    from touchpoints
    union all
    select
        account_domains.account_id,
        case when account_domains.account_id is null then company_visits.company_domain end
            as company_domain,
        'company_visit' as signal,
        case when personal_visits.visit_id is null then 1 else 0 end as signals_count,
        0 as sessions_count,
        1 as visits_count,
        coalesce(company_visits.pages_count, 0) as visit_pages_count,
        company_visits.visited_at as signalled_at
    from company_visits
    left join account_domains on company_visits.company_domain = account_domains.domain
    left join personal_visits
        on
            company_visits.visit_id = personal_visits.visit_id
            and account_domains.account_id = personal_visits.account_id
),

account_signals as (
    select
        account_id,
        company_domain,
        signal,
        cast({{ dbt.date_trunc('month', reporting_date('signalled_at')) }} as date) as period_month,
        sum(signals_count) as signals_count,
        sum(sessions_count) as sessions_count,
        sum(visits_count) as visits_count,
        sum(visit_pages_count) as visit_pages_count
    from signals
    group by all
)

select * from account_signals

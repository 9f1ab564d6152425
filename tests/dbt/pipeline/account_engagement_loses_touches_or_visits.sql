-- Every session of a known account and every reverse-IP visit counts in exactly one month of one
-- company.
with reported as (
    select
        sum(sessions_count) as sessions_count,
        sum(company_visits_count) as visits_count
    from {{ ref('rpt_account_engagement') }}
),

touchpoints as (
    select count(session_id) as sessions_count
    from {{ ref('fct_touchpoints') }}
    where account_id is not null
),

visits as (
    select count(*) as visits_count
    from {{ ref('company_visits') }}
)

select
    reported.sessions_count,
    reported.visits_count
from reported
cross join touchpoints
cross join visits
where
    coalesce(reported.sessions_count, 0) <> touchpoints.sessions_count
    or coalesce(reported.visits_count, 0) <> visits.visits_count

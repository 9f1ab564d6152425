with handed_over as (
    select
        team,
        count(*) as handoffs_count
    from {{ ref('fct_handoffs') }}
    where handoff_kind = 'new'
    group by team
),

given as (
    select
        team,
        count(case when verdict = 'accepted' then 1 end) as accepted_count,
        count(case when verdict = 'verified' then 1 end) as verified_count,
        count(case when verdict not in ('accepted', 'verified') then 1 end) as exits_count
    from {{ ref('fct_lead_feedback') }}
    where handoff_kind = 'new'
    group by team
),

reported as (
    select
        team,
        sum(handed_over_count) as handoffs_count,
        sum(accepted_count) as accepted_count,
        sum(verified_count) as verified_count,
        sum(rejected_count + disqualified_count + recycled_count) as exits_count
    from {{ ref('rpt_lead_quality') }}
    group by team
)

select
    coalesce(handed_over.team, reported.team) as team,
    handed_over.handoffs_count,
    reported.handoffs_count as reported_count
from handed_over
full outer join reported on handed_over.team = reported.team
left join given on handed_over.team = given.team
where
    handed_over.handoffs_count is distinct from reported.handoffs_count
    or coalesce(given.accepted_count, 0) <> reported.accepted_count
    or coalesce(given.verified_count, 0) <> reported.verified_count
    or coalesce(given.exits_count, 0) <> reported.exits_count

create table mql_scenarios as
with usual as (
    select
        company,
        count(*) as mqls_count
    from mqls
    group by company
),

-- MQLs that a scenario loses; no scenario gains any.
lost as (
    select
        mqls.company,
        dropped,
        count(*) as lost_count
    from person_scenarios
    inner join mqls using (person)
    where not person_scenarios.is_mql
    group by mqls.company, dropped
)

select
    usual.company,
    scenarios.dropped,
    usual.mqls_count > coalesce(
        lost.lost_count,
        0
    ) as is_mql
from usual
cross join scenarios
left join lost on usual.company = lost.company and scenarios.dropped = lost.dropped

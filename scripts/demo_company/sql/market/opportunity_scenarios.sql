create table opportunity_scenarios as
{% set steps = '(select * from mql_scenarios where is_mql)' %}
{% set last_phase, points, decided_at = 3, 'opportunity_points', 'opportunity_at' %}
with points as ({% include 'market/group_points.sql' %})

select
    company,
    dropped,
    is_mql and is_sql and happens(
        luck(company, 'opportunity'), {{ bases.opportunity }}
        + {{ intent.opportunity }} * has_intent::bigint
        + 700 * is_hand_raise::bigint
        + demand_at(opportunity_at)
        + coalesce(points, 0)
    )
    -- A sales team that has left opens no opportunities.
    and not (
        opportunity_at >= date '{{ team_leaves_on }}' and u(company, 'team of opening') < 0.4
    ) as is_opportunity
from mql_scenarios
inner join pursuits using (company)
left join points using (company, dropped)

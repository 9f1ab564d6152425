create table won_scenarios as
{% set steps = '(select * from opportunity_scenarios where is_opportunity)' %}
{% set last_phase, points, decided_at = 4, 'won_points', 'close_at' %}
with points as ({% include 'market/group_points.sql' %})

select
    company,
    dropped,
    is_opportunity and happens(
        luck(company, 'won'), {{ bases.won }}
        + {{ intent.won }} * has_intent::bigint + 500 * is_hand_raise::bigint
        + demand_at(close_at) + coalesce(points, 0)
    )
    and not (
        close_at >= date '{{ team_leaves_on }}' and u(company, 'team of closing') < 0.4
    ) as is_won
from opportunity_scenarios
inner join open_deals using (company)
left join points using (company, dropped)

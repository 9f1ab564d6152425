create table person_scenarios as
with met as (
    select
        touches.person,
        touches.channel,
        needed_channel,
        saturated(count(*) filter (where is_remembered(touches.touched_at, mql_at)))
        * any_value(mql_points) // 1000 as points
    from touches
    inner join mql_candidates on touches.person = mql_candidates.person
    inner join effects on touches.channel = effects.channel
    where phase <= 2
    group by touches.person, touches.channel, needed_channel
),

changed as ({% include 'market/scenario_points.sql' %})

select
    person,
    mql_candidates.company,
    dropped,
    coalesce(lead_scores.is_lead, true) as is_lead,
    coalesce(lead_scores.is_lead, true) and happens(
        luck(person, 'mql'),
        {{ bases.mql }}
        + 4000 * is_hand_raise::bigint
        + {{ intent.mql }} * has_intent::bigint
        + demand_at(mql_at)
        + points
    ) as is_mql
from changed
inner join mql_candidates using (person)
inner join people using (person)
left join lead_scores using (person, dropped)

create table lead_scores as
with met as (
    select
        touches.person,
        touches.channel,
        needed_channel,
        saturated(count(*) filter (
            where is_remembered(touches.touched_at, lead_touches.touched_at)
        ))
        * any_value(lead_points) // 1000 as points
    from touches
    inner join effects using (channel)
    inner join lead_touches on touches.person = lead_touches.person
    where phase = 1
    group by touches.person, touches.channel, needed_channel
),

changed as ({% include 'market/scenario_points.sql' %})

select
    person,
    dropped,
    happens(
        luck(person, 'lead'),
        -- Colleagues of the first visitor seldom fill in a form themselves.
        {{ bases.lead }}
        - 900 * (member > 1)::bigint
        + {{ intent.lead }} * has_intent::bigint
        + demand_at(arrived_at)
        + points
    ) as is_lead
from changed
inner join people using (person)

create table person_scenarios as
with exposures as (
    select
        touches.person,
        touches.channel,
        saturated(count(*)) * any_value(mql_points) // 1000 as points
    from touches
    inner join leads on touches.person = leads.person
    inner join effects on touches.channel = effects.channel
    where phase <= 2
    group by touches.person, touches.channel
),

totals as (
    select
        person,
        sum(points)::bigint as points
    from exposures
    group by person
),

changed as (
    select
        person,
        channel as dropped,
        totals.points - exposures.points as points
    from exposures inner join totals using (person)
    union all
    select
        person,
        '(none)',
        points
    from totals
    union all
    select
        person,
        '(all)',
        0
    from totals
)

select
    person,
    mql_candidates.company,
    dropped,
    coalesce(lead_scores.is_lead, true) as is_lead,
    coalesce(lead_scores.is_lead, true) and happens(
        u(person, 'mql'),
        {{ bases.mql }}
        + 4000 * is_hand_raise::bigint
        + {{ intent.mql }} * has_intent::bigint
        + points
    ) as is_mql
from changed
inner join mql_candidates using (person)
inner join people using (person)
left join lead_scores using (person, dropped)

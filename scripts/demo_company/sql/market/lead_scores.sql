create table lead_scores as
with exposures as (
    select
        person,
        channel,
        saturated(count(*)) * any_value(lead_points) // 1000 as points
    from touches
    inner join effects using (channel)
    where phase = 1
    group by person, channel
),

totals as (
    select
        person,
        sum(points)::bigint as points
    from exposures
    group by person
),

-- A scenario without one of the person's own channels; any other is the same as (none).
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
    dropped,
    happens(
        u(person, 'lead'),
        -- Colleagues of the first visitor seldom fill in a form themselves.
        {{ bases.lead }}
        - 900 * (member > 1)::bigint
        + {{ intent.lead }} * has_intent::bigint
        + points
    ) as is_lead
from changed
inner join people using (person)

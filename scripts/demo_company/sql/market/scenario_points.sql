-- The points of a step that each person has by `met`, with every channel and without each. A
-- channel that only works together with another has none where that one was not met.
with active as (
    select
        met.person,
        met.channel,
        met.needed_channel,
        case when met.needed_channel is null or others.channel is not null then met.points else 0
        end as points
    from met
    left join met as others
        on met.person = others.person and met.needed_channel = others.channel
),

totals as (
    select
        person,
        sum(points)::bigint as points
    from active
    group by person
),

-- Without a channel, its points are lost, and those of channels that need it.
lost as (
    select
        person,
        channel,
        sum(points)::bigint as points
    from (
        select
            person,
            channel,
            points
        from active
        union all
        select
            person,
            needed_channel as channel,
            points
        from active
        where points > 0
    )
    where channel is not null
    group by person, channel
)

-- A scenario without one of the person's own channels; any other is the same as (none).
select
    person,
    channel as dropped,
    totals.points - lost.points as points
from lost inner join totals using (person)
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

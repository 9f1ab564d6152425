-- Points of a buying group's touches up to a phase, with every channel and without each.
with exposures as (
    select
        touches.company,
        steps.dropped,
        touches.channel,
        effects.needed_channel,
        effects.{{ points }} as points,
        is_remembered(touches.touched_at, pursuits.{{ decided_at }}) as is_remembered
    from {{ steps }} as steps
    inner join pursuits on steps.company = pursuits.company
    inner join touches on steps.company = touches.company
    inner join effects on touches.channel = effects.channel
    -- Without the channel a person may not have become a lead: then only its first phase happened.
    left join person_scenarios
        on
            touches.person = person_scenarios.person
            and steps.dropped = person_scenarios.dropped
    where
        touches.phase <= {{ last_phase }}
        and touches.channel <> steps.dropped
        and steps.dropped <> '(all)'
        and (touches.phase = 1 or coalesce(person_scenarios.is_lead, true))
),

met as (
    select
        company,
        dropped,
        channel,
        needed_channel,
        saturated(least(count(*) filter (where is_remembered), 4)) * any_value(points) // 1000
            as points
    from exposures
    group by company, dropped, channel, needed_channel
)

select
    met.company,
    met.dropped,
    sum(met.points)::bigint as points
from met
left join met as others
    on
        met.company = others.company
        and met.dropped = others.dropped
        and met.needed_channel = others.channel
where met.needed_channel is null or others.channel is not null
group by met.company, met.dropped

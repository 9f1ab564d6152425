-- Points of a buying group's touches up to a phase, with every channel and without each.
select
    company,
    dropped,
    sum(points)::bigint as points
from (
    select
        company,
        dropped,
        channel,
        saturated(least(count(*), 4)) * any_value({{ points }}) // 1000 as points
    from (
        select
            touches.company,
            steps.dropped,
            touches.channel,
            {{ points }}
        from {{ steps }} as steps
        inner join touches using (company)
        inner join effects on touches.channel = effects.channel
        -- Without the channel a person may not have become a lead: then only its first
        -- phase happened.
        left join person_scenarios
            on
                touches.person = person_scenarios.person
                and steps.dropped = person_scenarios.dropped
        where
            touches.phase <= {{ last_phase }}
            and touches.channel <> steps.dropped
            and steps.dropped <> '(all)'
            and (touches.phase = 1 or coalesce(person_scenarios.is_lead, true))
    )
    group by company, dropped, channel
)
group by company, dropped

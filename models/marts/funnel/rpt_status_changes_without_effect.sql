with pass_events as (
    select * from {{ ref('int_person_pass_events') }}
    where not is_counted and event_source in ('status', 'hand_raise', 'score')
),

visible_people as (select * from {{ ref('int_visible_people') }}),

final as (
    select
        pass_events.person_key,
        pass_events.stage,
        pass_events.event_source,
        case
            when pass_events.is_opportunity_open then 'an opportunity was open'
            else 'the journey was over'
        end as reason,
        pass_events.event_number,
        pass_events.occurred_at
    from pass_events
    inner join visible_people on pass_events.person_key = visible_people.person_key
)

select * from final

-- A pass is open at the start, after an MQL, and after the status opportunity (not after an actual
-- opportunity).
with person_events as (
    select
        *,
        stage = 'mql' or (stage = 'opportunity' and event_source = 'status') as leaves_open,
        sum(case when is_deciding then 1 else 0 end) over (
            partition by person_key
            order by event_number nulls last
            rows between unbounded preceding and current row
        ) as decisions_count
    from {{ ref('int_person_events') }}
),

decisions as (
    select
        *,
        coalesce(
            lag(leaves_open) over (partition by person_key order by event_number nulls last), true
        ) as finds_open
    from person_events
    where is_deciding
),

-- Without an open pass, an MQL or an opportunity begins the next one, and an exit changes nothing.
passes as (
    select
        *,
        1
        + sum(case when not finds_open and stage in ('mql', 'opportunity') then 1 else 0 end) over (
            partition by person_key
            order by event_number nulls last
            rows between unbounded preceding and current row
        ) as pass_number
    from decisions
),

placed as (
    select
        person_events.person_key,
        person_events.opportunity_id,
        person_events.stage,
        person_events.event_source,
        person_events.event_number,
        coalesce(passes.pass_number, 1) as pass_number,
        person_events.is_opportunity_open,
        case person_events.stage when 'mql' then 1 when 'sal' then 2 when 'sql' then 3 end
            as stage_rank,
        case
            when person_events.is_deciding
                then passes.finds_open or person_events.stage in ('mql', 'opportunity')
            -- The opportunity may belong to colleagues; MQL, SAL and SQL are about this person.
            when person_events.is_opportunity_open then person_events.stage in ('mql', 'sal', 'sql')
            -- A sales activity can only accept an MQL.
            when
                person_events.event_source = 'sales_activity'
                then coalesce(passes.stage = 'mql', false)
            else coalesce(passes.leaves_open, true)
        end as is_possible,
        person_events.occurred_at
    from person_events
    left join passes
        on
            person_events.person_key = passes.person_key
            and person_events.decisions_count = passes.decisions_count
),

-- The furthest stage that the pass had reached before this event.
reached as (
    select
        *,
        coalesce(
            max(
                case when is_possible and event_source <> 'sales_activity' then stage_rank end
            ) over (
                partition by person_key, pass_number
                order by event_number nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as furthest_rank
    from placed
),

-- The first sales activity after an MQL accepts it, unless it was accepted before.
accepting as (
    select
        *,
        is_possible and furthest_rank = 1 and event_source = 'sales_activity' as is_accepting
    from reached
),

-- While an opportunity is open, only steps forward count.
pass_events as (
    select
        person_key,
        opportunity_id,
        stage,
        event_source,
        cast(event_number as bigint) as event_number,
        cast(pass_number as bigint) as pass_number,
        is_opportunity_open,
        case
            when event_source = 'sales_activity'
                then
                    is_accepting
                    and sum(case when is_accepting then 1 else 0 end) over (
                        partition by person_key, pass_number
                        order by event_number nulls last
                        rows between unbounded preceding and current row
                    ) = 1
            when
                is_opportunity_open
                then is_possible and coalesce(stage_rank > furthest_rank, false)
            else is_possible
        end as is_counted,
        occurred_at
    from accepting
)

select * from pass_events

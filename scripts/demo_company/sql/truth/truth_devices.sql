-- Spans of use: a device that changes hands has one row per turn.
create table truth.devices as
with turns as (
    select
        device,
        person,
        started_at,
        session,
        coalesce(
            person <> lag(person) over (partition by device order by started_at, session), true
        ) as is_change
    from sessions
    where person is not null
),

numbered as (
    select
        *,
        sum(is_change::integer) over (partition by device order by started_at, session) as turn
    from turns
)

select
    code(device, 'device') as anonymous_id,
    'human_' || any_value(person) as human_id,
    min(started_at) as used_from,
    max(started_at) as used_to
from numbered
group by device, turn
union all
select
    code(device, 'device'),
    'visitor_' || device,
    min(started_at),
    max(started_at)
from sessions
where person is null
group by device

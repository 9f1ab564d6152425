create table lead_steps as
with accepted as (
    select
        *,
        case
            when mql_at is not null and is_sal and (is_champion or u(person, 'accepted') < 0.7)
                then to_second(greatest(in_office(
                    mql_at + seconds_of(0.1 + u(person, 'sal') * 2),
                    u(person, 'sal hour')
                ),
                mql_at + interval 30 minute))
        end as own_sal_at
    from lead_facts
),

qualified as (
    select
        * exclude (own_sal_at),
        case when is_champion then case when is_sal then group_sal_at end else own_sal_at
        end as sal_at,
        case
            when is_champion and is_sql then group_sql_at
            when own_sal_at is not null and is_sql and u(person, 'qualified') < 0.6
                then to_second(greatest(in_office(own_sal_at + seconds_of(1 + u(
                    person,
                    'sql'
                ) * 9), u(person, 'sql hour')),
                own_sal_at + interval 1 hour))
        end as sql_at
    from accepted
),

-- Those that got stuck: back to marketing or out.
ended as (
    select
        *,
        case
            when converted_at is not null then null
            when mql_at is null and fate < 0.15
                then to_second(in_office(
                    lead_at + seconds_of(20 + u(person, 'end') * 90),
                    u(person, 'end hour')
                ))
            when mql_at is not null and fate < 0.9
                then to_second(in_office(coalesce(
                    sql_at, sal_at,
                    mql_at
                ) + seconds_of(3 + u(person, 'end') * 26
                ), u(person, 'end hour'
                )))
        end as ended_at
    from qualified
)

select
    person,
    lead_id,
    to_second(on_workday(lead_at + seconds_of(1 + u(person, 'first pass') * 4))) as changed_at,
    'Marketing Qualified' as status,
    -2 as step
from ended
where is_second_pass
union all
select
    person,
    lead_id,
    to_second(on_workday(lead_at + seconds_of(16 + u(person, 'given back') * 18))),
    'Recycled',
    -1
from ended
where is_second_pass
union all
select
    person,
    lead_id,
    mql_at,
    'Marketing Qualified',
    1
from ended
where mql_at is not null and (u(person, 'skip mql') >= 0.05 or sal_at is null)
union all
select
    person,
    lead_id,
    lead_at + interval 3 hour,
    'Working - Contacted',
    0
from ended
where channel = 'Sales' and (mql_at is null or mql_at > lead_at + interval 4 hour)
union all
select
    person,
    lead_id,
    sal_at,
    'Sales Accepted',
    2
from ended
where
    sal_at is not null and (u(person, 'skip sal') >= 0.07 or sql_at is null)
    and (converted_at is null or sal_at < converted_at)
union all
select
    person,
    lead_id,
    sql_at,
    'Sales Qualified',
    3
from ended
where sql_at is not null and (converted_at is null or sql_at < converted_at)
union all
select
    person,
    lead_id,
    ended_at,
    case
        when fate < 0.09 or fate > 0.55 then 'Disqualified'
        else 'Recycled'
    end,
    4
from ended
where ended_at is not null
union all
select
    person,
    lead_id,
    to_second(in_office(ended_at + seconds_of(30 + u(
        person,
        'again'
    ) * 130), u(person, 'again hour'))),
    'Marketing Qualified',
    5
from ended
where ended_at is not null and mql_at is not null and fate between 0.09 and 0.25
union all
select
    person,
    lead_id,
    to_second(in_office(ended_at + seconds_of(175 + u(
        person,
        'again'
    ) * 30), u(person, 'again hour'))),
    'Disqualified',
    6
from ended
where ended_at is not null and mql_at is not null and fate between 0.09 and 0.17;

delete from lead_steps
where changed_at > as_of_end()

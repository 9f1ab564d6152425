-- Sales people, SDRs and marketers, the first of each team its manager.
create table staff as
with teams as (
    select * from (values {{ teams | join(', ') }}) as teams (team, team_number, size)
)

select
    '005' || lpad((team_number * 1000 + member)::varchar, 9, '0') as user_id,
    team,
    member,
    '005' || lpad((team_number * 1000)::varchar, 9, '0') as manager_id
from teams, range(size + 1) as members (member)

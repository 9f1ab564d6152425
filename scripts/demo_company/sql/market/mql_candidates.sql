-- One in eight leads is handed to sales too early and given back. If it becomes an MQL, it does so
-- later.
create table mql_candidates as
with first_passes as (
    select
        *,
        coalesce(conversion in ('demo_requested', 'chat_started'), false) as is_hand_raise,
        u(person, 'too early') < 0.12 as is_too_early
    from leads
)

select
    * exclude (is_too_early),
    is_too_early and not is_hand_raise as is_second_pass,
    to_second(case
        when is_hand_raise then lead_at + to_seconds(300)
        else in_office(
            lead_at
            + seconds_of(0.5 - ln(1 - u(person, 'nurture')) * 11)
            + seconds_of(case when is_too_early then 45 + u(person, 'second pass') * 60 else 0 end),
            u(person, 'mql hour')
        )
    end) as mql_at
from first_passes

create table mql_candidates as
select
    *,
    conversion in ('demo_requested', 'chat_started') as is_hand_raise,
    to_second(case
        when conversion in ('demo_requested', 'chat_started')
            then lead_at + to_seconds(300)
        else in_office(lead_at + seconds_of(
            0.5 - ln(1 - u(person, 'nurture')) * 11), u(
            person,
            'mql hour'
        ))
    end) as mql_at
from leads

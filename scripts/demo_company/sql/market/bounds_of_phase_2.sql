create or replace temp view bounds as
select
    person,
    company,
    lead_at as from_at,
    mql_at as upto_at,
    case
        when is_hand_raise then 0
        else pick(
            case when has_intent then [0, 1, 1, 2, 2, 3] else [0, 0, 0, 0, 1, 1, 2] end,
            u(person, 'touches 2')
        )
    end as touches_count
from mql_candidates
inner join (select
    person,
    has_intent
from people) as intents using (person)

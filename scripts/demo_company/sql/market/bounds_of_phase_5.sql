-- Contacts of customers. Touches after the sale change nothing of the new business in the truth.
create or replace temp view bounds as
select
    person,
    company,
    from_at,
    as_of_end() as upto_at,
    least(8, ceil(
        case when is_engaged(company) then 2.2 else 0.7 end
        * (0.4 + 1.2 * u(person, 'touches 5'))
        * date_diff('day', from_at, as_of_end()) / 180.0
    ))::bigint as touches_count
from (
    select
        person,
        company,
        to_second(greatest(joined_at, close_at)) as from_at
    from group_members
    inner join (
        select company from deals
        where is_won
    ) as won
        using (company)
    union all
    select
        person,
        company,
        timestamp '2024-01-10 09:00:00'
    from people
    where is_launch_customer
)
where from_at < as_of_end() - interval 30 day

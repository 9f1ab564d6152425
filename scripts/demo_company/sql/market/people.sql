create table people as
select
    company * 10 + member as person,
    company,
    member,
    first_name || ' ' || last_name as person_name,
    case
        when is_launch_customer is false and u(company * 10 + member, 'mailbox') < 0.06
            then
                lower(first_name || '.' || last_name || '.' || (company * 10 + member))
                || '@gmail.com'
        else
            lower(first_name || '.' || last_name || case
                when member > 1 then member::varchar
                else ''
            end) || '@' || domain
    end as email,
    case
        when member = 1
            then pick([
                'Head of Marketing', 'VP Sales', 'Director Operations', 'CMO',
                'Head of Revenue Operations'
            ], job)
        else
            pick([
                'Marketing Manager', 'Data Analyst', 'Sales Director', 'IT Manager', 'CFO',
                'Business Analyst',
                'Procurement Manager', 'CTO', 'Intern', 'Consultant'
            ], job)
    end as title,
    to_second(arrived_at + case
        when member = 1 then interval 0 second
        else seconds_of(u(company * 10 + member, 'delay') * 35)
    end)
        as arrived_at,
    has_intent,
    is_launch_customer
from (
    select
        companies.*,
        member,
        u(company * 10 + member, 'job') as job,
        first_names()[1 + (floor(u(
            company,
            'first'
        ) * 31)::bigint + member * 7) % 31] as first_name,
        last_names()[1 + (floor(u(
            company,
            'last'
        ) * 28)::bigint + member * 5) % 28] as last_name
    from companies, range(1, 9) as members (member)
    where member <= group_size
)

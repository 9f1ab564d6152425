create table salesforce.task as
with attempts as (
    select
        person,
        lead_id,
        attempt,
        owner_id,
        -- Most first attempts are made within a day, some at the weekend, some far too late.
        to_second(case
            when attempt = 1 and u(person, 'follow up') < 0.72
                then changed_at + seconds_of(0.02 + u(person, 'wait') * 0.9)
            when attempt = 1
                then in_office(
                    changed_at + seconds_of(1 + u(person, 'wait') * 6),
                    u(person, 'wait hour')
                )
            else in_office(changed_at + seconds_of(attempt * 1.8 + u(
                person * 10 + attempt,
                'wait'
            )), u(person * 10 + attempt, 'hour'))
        end) as called_at,
        pick([1, 2, 2, 3, 4, 5, 6], u(person, 'attempts')) as attempts_count
    from lead_owners, range(1, 7) as attempts (attempt)
    where step = 1
),

calls as (
    select
        '00T' || upper(code(person * 10 + attempt, 'attempt'))[:12] as id,
        lead_id as who_id,
        null as what_id,
        null as account_id,
        owner_id,
        case when u(person * 10 + attempt, 'type') < 0.6 then 'Call' else 'Email' end as type,
        case
            when u(person * 10 + attempt, 'type') < 0.6
                then pick(
                    ['Left Voicemail', 'No Answer', 'No Answer', 'Busy'],
                    u(person * 10 + attempt, 'disposition')
                )
        end as call_disposition,
        called_at
    from attempts
    left join (select
        person,
        converted_at
    from crm_leads) using (person)
    where
        attempt <= attempts_count and called_at <= as_of_end()
        and called_at < coalesce(converted_at, as_of_end())
    union all
    select
        '00T' || upper(code(touch, 'call'))[:12],
        who_id,
        opportunity_id,
        case when is_contact then '001' || lpad(company::varchar, 9, '0') end,
        owner_id,
        'Call',
        'Connected',
        touched_at
    from sales_touches
    where kind = 'call'
)

select
    id,
    who_id,
    what_id,
    account_id,
    owner_id,
    type,
    type as task_subtype,
    'Completed' as status,
    case type when 'Call' then 'Call' else 'Email: following up' end as subject,
    call_disposition,
    true as is_closed,
    date_trunc('day', called_at) as activity_date,
    called_at as completed_date_time,
    called_at as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from calls

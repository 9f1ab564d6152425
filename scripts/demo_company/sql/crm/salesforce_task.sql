create table salesforce.task as
with handed_over as (
    -- The first pass of a lead that was handed over too early has attempts of its own.
    select
        *,
        person + case when step = 1 then 0 else 50000000000 end as handoff
    from lead_owners
    where step in (-2, 1)
),

attempts as (
    select
        handoff * 10 + number as attempt,
        handoff,
        person,
        lead_id,
        number,
        owner_id,
        -- Most first attempts are made within a day, some at the weekend, some far too late.
        to_second(case
            when number = 1 and u(handoff, 'follow up') < 0.72
                then changed_at + seconds_of(0.02 + u(handoff, 'wait') * 0.9)
            when number = 1
                then in_office(
                    changed_at + seconds_of(1 + u(handoff, 'wait') * 6), u(handoff, 'wait hour')
                )
            else in_office(
                changed_at + seconds_of(number * 1.8 + u(handoff * 10 + number, 'wait')),
                u(handoff * 10 + number, 'hour')
            )
        end) as called_at
    from handed_over, range(1, 7) as numbers (number)
    where number <= pick([1, 2, 2, 3, 4, 5, 6], u(handoff, 'attempts'))
),

calls as (
    select
        '00T' || upper(code(attempt, 'attempt'))[:12] as id,
        lead_id as who_id,
        null as what_id,
        null as account_id,
        owner_id,
        case when u(attempt, 'type') < 0.6 then 'Call' else 'Email' end as type,
        case when u(attempt, 'type') < 0.6 then 'Outbound' end as call_type,
        case
            when u(attempt, 'type') < 0.6
                then pick(
                    ['Left Voicemail', 'No Answer', 'No Answer', 'Busy'],
                    u(attempt, 'disposition')
                )
        end as call_disposition,
        called_at
    from attempts
    left join (select
        person,
        converted_at
    from crm_leads) using (person)
    where
        called_at <= as_of_end()
        and called_at < coalesce(converted_at, as_of_end())
    union all
    select
        '00T' || upper(code(touch, 'call'))[:12],
        who_id,
        -- SDRs call the people of the outbound campaign.
        case when phase = 1 then '701000005008' else opportunity_id end,
        case when is_contact then '001' || lpad(company::varchar, 9, '0') end,
        owner_id,
        'Call',
        'Outbound',
        'Connected',
        touched_at
    from sales_touches
    where kind = 'call'
    union all
    -- Leads that call the number shown on the ad's page.
    select
        '00T' || upper(code(person, 'calls in'))[:12],
        lead_id,
        case when u(person, 'number') < 0.7 then '701000005003' else '701000005004' end,
        null,
        staff_of('SDR', u(person, 'sdr')),
        'Call',
        'Inbound',
        'Connected',
        to_second(in_office(
            lead_at + seconds_of(0.5 + u(person, 'calls in on') * 8), u(person, 'calls in at')
        ))
    from crm_leads
    where channel = 'Paid Search' and u(person, 'calls in') < 0.25
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
    case type when 'Email' then 'Email: following up' else type end as subject,
    call_type,
    call_disposition,
    true as is_closed,
    date_trunc('day', called_at) as activity_date,
    called_at as completed_date_time,
    called_at as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from calls
where called_at <= as_of_end()

create table salesforce.lead_history as
with explained as (
    select
        *,
        case status
            when 'Recycled'
                then pick(
                    case segment
                        when 'smb' then ['No Budget', 'No Budget', 'No Response', 'Bad Timing']
                        when 'mid' then ['Bad Timing', 'Under Contract', 'No Response', 'No Budget']
                        else ['Under Contract', 'Under Contract', 'Bad Timing', 'No Response']
                    end, u(lead_id || step, 'why')
                )
            when 'Disqualified' then case
                when title in ('Intern', 'Consultant')
                    then pick(
                        ['Job Seeker', 'No Authority', 'No Authority'], u(lead_id || step, 'why')
                    )
                when segment = 'smb'
                    then pick(
                        ['Too Small', 'Too Small', 'No Need', 'Wrong Contact', 'Duplicate'],
                        u(lead_id || step, 'why')
                    )
                else pick(
                    ['No Need', 'Not a Fit', 'No Response', 'Wrong Contact', 'Duplicate'],
                    u(lead_id || step, 'why')
                )
            end
        end as reason,
        -- Marketing automation writes MQLs; SDRs write what becomes of them.
        case
            when status = 'Marketing Qualified' then '005000002001'
            else staff_of('SDR', u(person, 'sdr'))
        end as changed_by
    from lead_steps
    inner join (select
        person,
        segment,
        title
    from lead_facts) as facts using (person)
),

all_changes as (
    select
        lead_id,
        'Status' as field,
        changed_at,
        step,
        changed_by,
        coalesce(
            lag(status) over (partition by lead_id order by changed_at, step),
            'Open - Not Contacted'
        ) as old_value,
        status as new_value
    from explained
    union all
    select
        lead_id,
        'Status_Reason__c',
        changed_at,
        step,
        changed_by,
        null,
        reason
    from explained
    where reason is not null
    union all
    select
        lead_id,
        'Owner',
        changed_at,
        step,
        '005000002001',
        coalesce(
            lag(owner_id) over (partition by lead_id order by changed_at, step),
            staff_of('Marketing', u(person, 'marketing'))
        ),
        owner_id
    from lead_owners
)

select
    '017' || upper(code(lead_id || field || step, 'history'))[:12] as id,
    lead_id,
    field,
    old_value,
    new_value,
    changed_by as created_by_id,
    changed_at as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from all_changes

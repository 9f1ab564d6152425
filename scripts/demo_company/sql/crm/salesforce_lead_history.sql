create table salesforce.lead_history as
with all_changes as (
    select
        lead_id,
        'Status' as field,
        changed_at,
        step,
        coalesce(
            lag(status) over (partition by lead_id order by changed_at, step),
            'Open - Not Contacted'
        ) as old_value,
        status as new_value
    from lead_steps
    union all
    select
        lead_id,
        'Owner',
        changed_at,
        step,
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
    '005000002001' as created_by_id,
    changed_at as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from all_changes

create macro lifecycle_rank(stage) as
list_position(['lead', 'marketingqualifiedlead', 'salesqualifiedlead'], stage);

-- Salesforce's one status is two properties here: the lifecycle stage, and the lead status of what
-- sales does.
create table contact_changes as
with statuses as (
    select
        contact_id,
        created_date as changed_at,
        created_by_id as changed_by,
        case
            when new_value in ('Open - Not Contacted', 'Nurture') then 'lead'
            when new_value = 'Marketing Qualified' then 'marketingqualifiedlead'
            when new_value = 'Sales Qualified' then 'salesqualifiedlead'
        end as lifecycle_stage,
        case new_value
            when 'Working - Contacted' then 'ATTEMPTED_TO_CONTACT'
            when 'Sales Accepted' then 'CONNECTED'
            when 'Recycled' then 'BAD_TIMING'
            when 'Disqualified' then 'UNQUALIFIED'
        end as lead_status
    from salesforce.lead_history
    inner join contact_ids on lead_history.lead_id = contact_ids.record_id
    where field = 'Status'
),

lifecycle_stages as (
    select
        contact_id,
        changed_at,
        changed_by,
        lifecycle_stage
    from statuses
    where lifecycle_stage is not null
    union all
    select
        contact_id,
        created_date,
        '005000002001',
        'lead'
    from salesforce.lead
    inner join contact_ids on lead.id = contact_ids.record_id
),

-- A stage that is entered again has to be emptied first.
emptied as (
    select
        contact_id,
        changed_at - interval 1 millisecond as changed_at,
        changed_by,
        null as lifecycle_stage
    from lifecycle_stages
    qualify max(lifecycle_rank(lifecycle_stage)) over (
        partition by contact_id order by changed_at
        rows between unbounded preceding and 1 preceding
    ) >= lifecycle_rank(lifecycle_stage)
)

select
    contact_id,
    'lifecyclestage' as name,
    lifecycle_stage as value,
    changed_by,
    changed_at
from lifecycle_stages
union all
select
    contact_id,
    'lifecyclestage',
    lifecycle_stage,
    changed_by,
    changed_at
from emptied
union all
select
    contact_id,
    'hs_lead_status',
    lead_status,
    changed_by,
    changed_at
from statuses
where lead_status is not null
union all
select
    contact_id,
    case field when 'Owner' then 'hubspot_owner_id' else 'lead_status_reason' end,
    new_value,
    created_by_id,
    created_date
from salesforce.lead_history
inner join contact_ids on lead_history.lead_id = contact_ids.record_id
where field <> 'Status'

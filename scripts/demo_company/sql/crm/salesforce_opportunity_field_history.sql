create table salesforce.opportunity_field_history as
with changes as (
    select
        *,
        lag(amount) over deal as old_amount,
        lag(close_date) over deal as old_close_date
    from deal_changes
    window deal as (partition by opportunity_id order by changed_at, stage_number)
),

fields as (
    select
        opportunity_id,
        stage_number,
        changed_at,
        'Amount' as field,
        old_amount::varchar as old_value,
        amount::varchar as new_value
    from changes
    where old_amount <> amount
    union all
    select
        opportunity_id,
        stage_number,
        changed_at,
        'CloseDate',
        old_close_date::varchar,
        close_date::varchar
    from changes
    where old_close_date <> close_date
)

select
    '017' || upper(code(opportunity_id || stage_number || field, 'field'))[:12] as id,
    opportunity_id,
    field,
    old_value,
    new_value,
    owner_id as created_by_id,
    changed_at as created_date,
    false as is_deleted,
    synced() as _fivetran_synced
from fields
inner join (select
    opportunity_id,
    owner_id
from all_deals) as all_deals using (opportunity_id)

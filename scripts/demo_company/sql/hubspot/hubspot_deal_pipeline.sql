create table hubspot.deal_pipeline as
select
    'default' as pipeline_id,
    'Sales Pipeline' as label,
    synced() as _fivetran_synced;

create table hubspot.deal_pipeline_stage as
select
    (9000 + row_number() over (order by stage_number))::varchar as stage_id,
    'default' as pipeline_id,
    stage_name as label,
    stage_number > 6 as is_closed,
    stage_number = 7 as closed_won,
    synced() as _fivetran_synced
from (
    select
        stage_number,
        stage_name
    from stages
    union all
    values (7, 'Closed Won'), (8, 'Closed Lost')
)

-- fct_open_pipeline has each open opportunity once, with its amount; the model's forecast of the open
-- pipeline over all months is at most the expected amount.
with open_pipeline as (select * from {{ ref('fct_open_pipeline') }}),

snapshots as (select * from {{ ref('fct_pipeline_snapshots') }}),

newest as (
    select *
    from snapshots
    where snapshot_date = (select max(snapshot_date) from snapshots)
),

as_of as (select * from {{ ref('as_of') }})

select
    coalesce(newest.opportunity_id, open_pipeline.opportunity_id) as opportunity_id,
    newest.amount as snapshot_amount,
    open_pipeline.amount
from newest
full outer join open_pipeline on newest.opportunity_id = open_pipeline.opportunity_id
cross join as_of
where
    newest.opportunity_id is null
    or (newest.snapshot_date = as_of.as_of_date and open_pipeline.opportunity_id is null)
    or newest.amount is distinct from open_pipeline.amount
    or open_pipeline.win_probability not between 0 and 1

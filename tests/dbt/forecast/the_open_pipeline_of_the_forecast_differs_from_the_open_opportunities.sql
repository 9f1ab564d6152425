-- fct_open_pipeline has each open opportunity once, with its amount and a probability.
with open_pipeline as (select * from {{ ref('fct_open_pipeline') }}),

snapshots as (select * from {{ ref('fct_pipeline_snapshots') }}),

as_of as (select * from {{ ref('as_of') }}),

newest as (
    select snapshots.*
    from snapshots
    inner join as_of on snapshots.snapshot_date = as_of.as_of_date
)

select
    coalesce(newest.opportunity_id, open_pipeline.opportunity_id) as opportunity_id,
    newest.amount as snapshot_amount,
    open_pipeline.amount
from newest
full outer join open_pipeline on newest.opportunity_id = open_pipeline.opportunity_id
where
    newest.opportunity_id is null
    or open_pipeline.opportunity_id is null
    or newest.amount is distinct from open_pipeline.amount
    or open_pipeline.win_probability not between 0 and 1

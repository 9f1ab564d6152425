-- A deal that has not changed for long must not drop out of the pipeline, and a closed one must not
-- stay. Deals without any date are in no period.
with open_deals as (
    select
        opportunity_id,
        source_stage,
        amount,
        close_date
    from {{ ref('fct_opportunities') }}
    where not is_closed and created_at is not null
),

newest as (
    select snapshots.*
    from {{ ref('fct_pipeline_snapshots') }} as snapshots
    inner join {{ ref('as_of') }} as as_of on snapshots.snapshot_date = as_of.as_of_date
)

select
    open_deals.opportunity_id as open_opportunity_id,
    newest.opportunity_id as snapshot_opportunity_id
from open_deals
full outer join newest on open_deals.opportunity_id = newest.opportunity_id
where
    open_deals.opportunity_id is null
    or newest.opportunity_id is null
    or open_deals.source_stage is distinct from newest.source_stage
    or open_deals.amount is distinct from newest.amount
    or open_deals.close_date is distinct from newest.close_date

-- An unchanged opportunity must not drop out of the pipeline, and a closed one must not stay in
-- it. Opportunities without any date are in no period.
with open_opportunities as (
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
    open_opportunities.opportunity_id as open_opportunity_id,
    newest.opportunity_id as snapshot_opportunity_id
from open_opportunities
full outer join newest on open_opportunities.opportunity_id = newest.opportunity_id
where
    open_opportunities.opportunity_id is null
    or newest.opportunity_id is null
    or open_opportunities.source_stage is distinct from newest.source_stage
    or open_opportunities.amount is distinct from newest.amount
    or open_opportunities.close_date is distinct from newest.close_date

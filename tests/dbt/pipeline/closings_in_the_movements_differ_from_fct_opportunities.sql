-- The last closing of an opportunity among the movements must equal its closing in
-- fct_opportunities; an open one has neither. A deleted opportunity may have been lost before.
with closings as (
    select
        opportunity_id,
        max_by(won_amount, changed_at) as won_amount,
        max_by(lost_amount, changed_at) as lost_amount,
        max(changed_at) as changed_at
    from {{ ref('int_pipeline_movements') }}
    where pipeline_scope = 'all_open'
    group by opportunity_id
)

select
    opportunities.opportunity_id,
    closings.won_amount,
    closings.lost_amount,
    closings.changed_at
from {{ ref('fct_opportunities') }} as opportunities
left join closings on opportunities.opportunity_id = closings.opportunity_id
where
    opportunities.created_at is not null
    and (
        closings.opportunity_id is null
        or (opportunities.is_closed and closings.changed_at <> opportunities.closed_at)
        or (opportunities.is_won and closings.won_amount <> opportunities.won_amount)
        or (not opportunities.is_won and closings.won_amount <> 0)
        or (
            opportunities.is_closed
            and not opportunities.is_won
            and not opportunities.is_deleted
            and closings.lost_amount <> coalesce(opportunities.amount, 0)
        )
        or (not opportunities.is_closed and closings.lost_amount <> 0)
    )

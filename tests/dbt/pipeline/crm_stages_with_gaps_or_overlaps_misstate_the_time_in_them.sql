-- Visits of an opportunity follow each other, and the last one has its stage and outcome of today.
with visits as (
    select
        *,
        lead(entered_at) over by_time as next_entered_at,
        lead(source_stage) over by_time as following_stage,
        lead(outcome) over by_time as following_outcome
    from {{ ref('fct_opportunity_stages') }}
    window by_time as (partition by opportunity_id order by sequence_number nulls last)
),

opportunities as (select * from {{ ref('int_opportunities') }})

select
    opportunities.opportunity_id,
    visits.sequence_number,
    visits.source_stage
from opportunities
left join visits on opportunities.opportunity_id = visits.opportunity_id
where
    (visits.opportunity_id is null and opportunities.created_at is not null)
    or visits.exited_at is distinct from visits.next_entered_at
    or visits.next_source_stage is distinct from visits.following_stage
    or visits.exited_at <= visits.entered_at
    or (visits.source_stage = visits.following_stage and visits.outcome = visits.following_outcome)
    or (
        visits.exited_at is null
        and (
            visits.source_stage <> coalesce(opportunities.source_stage, '(unknown)')
            or (visits.outcome <> 'open') <> opportunities.is_closed
            or (visits.outcome = 'won') <> opportunities.is_won
        )
    )

with opportunities as (
    select * from {{ ref('int_opportunities') }}
    where is_closed and closed_at is not null
),

journeys as (
    select * from {{ ref('int_journeys') }}
    where is_opportunity_primary and opportunity_id is not null
),

-- Cycles are in calendar days; null for an opportunity won before it was created or before its
-- lead.
timed as (
    select
        opportunities.*,
        {{ dbt.datediff(
            reporting_date('opportunities.created_at'), reporting_date('opportunities.closed_at'), 'day'
        ) }} as cycle_days,
        {{ dbt.datediff(
            reporting_date('journeys.lead_at'), reporting_date('opportunities.closed_at'), 'day'
        ) }} as lead_cycle_days
    from opportunities
    left join journeys on opportunities.opportunity_id = journeys.opportunity_id
),

closings as (
    select
        timed.opportunity_id,
        timed.opportunity_type,
        timed.segment,
        timed.team,
        timed.lost_reason,
        timed.competitor,
        timed.amount,
        case when timed.is_won and timed.cycle_days >= 0 then timed.cycle_days end as cycle_days,
        case when timed.is_won and timed.lead_cycle_days >= 0 then timed.lead_cycle_days end
            as lead_cycle_days,
        timed.is_won,
        cast({{ dbt.date_trunc('month', reporting_date('timed.closed_at')) }} as date)
            as closed_month,
        {{ fiscal_quarter_start(reporting_date('timed.closed_at')) }} as closed_quarter,
        timed.created_at,
        timed.closed_at
    from timed
)

select * from closings

with opportunities as (select * from {{ ref('int_opportunities') }}),

states as (select * from {{ ref('int_opportunity_states') }}),

opportunity_stages as (select * from {{ ref('opportunity_stages') }}),

seen_stages as (
    select
        source_system,
        pipeline,
        source_stage
    from opportunities
    where source_stage is not null
    union
    select
        opportunities.source_system,
        opportunities.pipeline,
        states.source_stage
    from states
    inner join opportunities on states.opportunity_id = opportunities.opportunity_id
    where states.source_stage is not null
),

-- A row of the opportunity's own pipeline comes before one of (all).
mapped as (
    select
        seen_stages.*,
        opportunity_stages.stage_order,
        opportunity_stages.outcome,
        opportunity_stages.sla_days,
        opportunity_stages.forecast_category
    from seen_stages
    left join opportunity_stages
        on
            seen_stages.source_system = opportunity_stages.source_system
            and lower(trim(seen_stages.source_stage)) = lower(trim(opportunity_stages.stage))
            and lower(trim(opportunity_stages.pipeline))
            in (lower(trim(seen_stages.pipeline)), '(all)')
    qualify row_number() over (
        partition by seen_stages.source_system, seen_stages.pipeline, seen_stages.source_stage
        order by
            case
                when lower(trim(opportunity_stages.pipeline)) = '(all)' then 2 else 1
            end nulls last
    ) = 1
),

-- Only stages that the company uses count as steps, so an unused one is not a skipped one.
numbered as (
    select
        source_system,
        pipeline,
        source_stage,
        forecast_category,
        stage_order,
        case
            when outcome in ('open', 'won')
                then
                    dense_rank() over (
                        partition by
                            source_system,
                            pipeline,
                            case when outcome in ('open', 'won') then 1 else 2 end
                        order by stage_order nulls last
                    )
        end as step_number,
        sla_days
    from mapped
)

select * from numbered

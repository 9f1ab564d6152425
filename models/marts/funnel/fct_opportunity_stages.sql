with states as (select * from {{ ref('int_opportunity_states') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

accounts as (select * from {{ ref('int_accounts') }}),

owners as (select * from {{ ref('owners') }}),

stages as (select * from {{ ref('int_opportunity_stages') }}),

as_of as (select * from {{ ref('as_of') }}),

compared as (
    select
        *,
        case stage when 'customer' then 'won' when 'lost' then 'lost' else 'open' end as outcome,
        lag(stage) over (partition by opportunity_id order by valid_from nulls last)
            as previous_stage,
        lag(source_stage) over (partition by opportunity_id order by valid_from nulls last)
            as previous_source_stage
    from states
),

-- A visit lasts until the stage changes, whatever else changes before. A stage that is closed
-- without another name, such as that of a deleted opportunity, is a visit of its own.
visits as (
    select
        compared.opportunity_id,
        opportunities.account_id,
        opportunities.owner_id,
        opportunities.opportunity_name,
        accounts.account_name,
        owners.owner_name,
        opportunities.pipeline,
        opportunities.segment,
        opportunities.team,
        coalesce(compared.source_stage, '(unknown)') as source_stage,
        compared.outcome,
        stages.stage_order,
        stages.step_number,
        stages.sla_days,
        compared.amount as entry_amount,
        compared.valid_from as entered_at
    from compared
    inner join opportunities on compared.opportunity_id = opportunities.opportunity_id
    left join accounts on opportunities.account_id = accounts.account_id
    left join owners on opportunities.owner_id = owners.owner_id
    left join stages
        on
            opportunities.source_system = stages.source_system
            and opportunities.pipeline = stages.pipeline
            and compared.source_stage = stages.source_stage
    where
        compared.previous_stage is null
        or compared.stage <> compared.previous_stage
        or compared.source_stage is distinct from compared.previous_source_stage
),

sequenced as (
    select
        *,
        lag(source_stage) over by_time as previous_source_stage,
        lead(source_stage) over by_time as next_source_stage,
        lag(stage_order) over by_time as previous_stage_order,
        lag(step_number) over by_time as previous_step_number,
        row_number() over by_time as sequence_number,
        row_number() over (
            partition by opportunity_id, source_stage order by entered_at nulls last
        ) as visit_number,
        lead(entered_at) over by_time as exited_at
    from visits
    window by_time as (partition by opportunity_id order by entered_at nulls last)
),

timed as (
    select
        sequenced.*,
        {{ seconds_between(
            'sequenced.entered_at',
            "case when sequenced.outcome = 'open' then coalesce(sequenced.exited_at, as_of.as_of_end_at) end"
        ) }} / 86400 as days_in_stage
    from sequenced
    cross join as_of
),

final as (
    select
        opportunity_id,
        account_id,
        owner_id,
        opportunity_name,
        account_name,
        owner_name,
        pipeline,
        segment,
        team,
        source_stage,
        previous_source_stage,
        next_source_stage,
        outcome,
        stage_order,
        sla_days,
        cast(sequence_number as bigint) as sequence_number,
        cast(visit_number as bigint) as visit_number,
        days_in_stage,
        cast(entry_amount as decimal(18, 2)) as entry_amount,
        coalesce(step_number > previous_step_number + 1, false) as is_skip,
        outcome = 'open' and coalesce(stage_order < previous_stage_order, false) as is_regression,
        days_in_stage > sla_days as is_over_sla,
        outcome = 'open' and exited_at is null as is_current,
        {{ reporting_date('entered_at') }} as entered_date,
        entered_at,
        exited_at
    from timed
)

select * from final

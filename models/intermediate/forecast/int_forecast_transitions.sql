{%- set weight = var('forecast_prior_weight') -%}

with dates as (select * from {{ ref('int_forecast_dates') }}),

steps as (select * from {{ ref('int_opportunity_steps') }}),

snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

-- Two chains with the same steps: from CRM stage to CRM stage, and since the creation of an
-- opportunity of a type, whatever its stages.
chain_steps as (
    select
        'stage' as chain,
        source_stage as from_state,
        age_bucket,
        next_stage as to_state,
        step_month
    from steps
    where source_stage is not null
    union all
    select
        'creation' as chain,
        opportunity_type as from_state,
        months_since_creation as age_bucket,
        case when next_stage in ('(won)', '(lost)') then next_stage else opportunity_type end
            as to_state,
        step_month
    from steps
),

-- Known on the day of the forecast: steps of whole months within the history.
known_steps as (
    select
        dates.as_of_month,
        chain_steps.chain,
        chain_steps.from_state,
        chain_steps.age_bucket,
        chain_steps.to_state,
        count(*) as steps_count
    from chain_steps
    inner join dates
        on
            chain_steps.step_month
            > {{ dbt.dateadd('month', -var('forecast_history_months'), 'dates.as_of_month') }}
            and cast({{ dbt.dateadd('month', 1, 'chain_steps.step_month') }} as date)
            <= {{ dbt.dateadd('day', 1, 'dates.forecast_date') }}
    group by all
),

-- States that were left or entered in the history, or that are open today.
known_states as (
    select
        as_of_month,
        chain,
        from_state as state
    from known_steps
    union distinct
    select
        as_of_month,
        chain,
        to_state as state
    from known_steps
    where to_state not in ('(won)', '(lost)')
    union distinct
    select
        dates.as_of_month,
        'stage' as chain,
        coalesce(snapshots.source_stage, snapshots.stage) as state
    from dates
    inner join snapshots on dates.as_of_month = snapshots.period_month
),

ends as (
    select
        as_of_month,
        chain,
        state,
        state as to_state
    from known_states
    union all
    select
        as_of_month,
        chain,
        state,
        closed.to_state
    from known_states
    cross join (values ('(won)'), ('(lost)')) as closed (to_state)
),

-- Without any history, an opportunity stays in its stage or closes at the assumed rates.
assumed as (
    select
        froms.as_of_month,
        froms.chain,
        froms.state as from_state,
        ends.to_state,
        case ends.to_state
            when '(won)' then {{ var('forecast_prior_win_rate') }}
            when '(lost)' then {{ var('forecast_prior_loss_rate') }}
            when froms.state
                then 1 - {{ var('forecast_prior_win_rate') }} - {{ var('forecast_prior_loss_rate') }}
            else 0
        end as assumed_probability
    from known_states as froms
    inner join (select distinct as_of_month, chain, to_state from ends) as ends
        on froms.as_of_month = ends.as_of_month and froms.chain = ends.chain
    -- Opportunities keep their type.
    where froms.chain = 'stage' or ends.to_state in (froms.state, '(won)', '(lost)')
),

overall as (
    select
        as_of_month,
        chain,
        to_state,
        sum(steps_count) as steps_count
    from known_steps
    group by as_of_month, chain, to_state
),

overall_totals as (
    select
        as_of_month,
        chain,
        sum(steps_count) as steps_count
    from known_steps
    group by as_of_month, chain
),

by_state as (
    select
        as_of_month,
        chain,
        from_state,
        to_state,
        sum(steps_count) as steps_count
    from known_steps
    group by as_of_month, chain, from_state, to_state
),

state_totals as (
    select
        as_of_month,
        chain,
        from_state,
        sum(steps_count) as steps_count
    from known_steps
    group by as_of_month, chain, from_state
),

age_totals as (
    select
        as_of_month,
        chain,
        from_state,
        age_bucket,
        sum(steps_count) as steps_count
    from known_steps
    group by as_of_month, chain, from_state, age_bucket
),

-- The prior of a state is the transition over all ages, whose own prior is that of all states.
-- Types of opportunities only share how often they are won and lost.
priors as (
    select
        assumed.as_of_month,
        assumed.chain,
        assumed.from_state,
        assumed.to_state,
        (
            coalesce(by_state.steps_count, 0)
            + {{ weight }} * (
                case
                    when assumed.chain = 'creation' and assumed.to_state = assumed.from_state
                        then coalesce(overall_totals.steps_count, 0) - coalesce(closed.steps_count, 0)
                    else coalesce(overall.steps_count, 0)
                end
                + {{ weight }} * assumed.assumed_probability
            ) / (coalesce(overall_totals.steps_count, 0) + {{ weight }})
        ) / (coalesce(state_totals.steps_count, 0) + {{ weight }}) as prior_probability
    from assumed
    left join by_state
        on
            assumed.as_of_month = by_state.as_of_month
            and assumed.chain = by_state.chain
            and assumed.from_state = by_state.from_state
            and assumed.to_state = by_state.to_state
    left join state_totals
        on
            assumed.as_of_month = state_totals.as_of_month
            and assumed.chain = state_totals.chain
            and assumed.from_state = state_totals.from_state
    left join overall
        on
            assumed.as_of_month = overall.as_of_month
            and assumed.chain = overall.chain
            and assumed.to_state = overall.to_state
    left join overall_totals
        on assumed.as_of_month = overall_totals.as_of_month and assumed.chain = overall_totals.chain
    left join (
        select
            as_of_month,
            chain,
            sum(steps_count) as steps_count
        from overall
        where to_state in ('(won)', '(lost)')
        group by as_of_month, chain
    ) as closed
        on assumed.as_of_month = closed.as_of_month and assumed.chain = closed.chain
),

ages as (
    select buckets.age_bucket
    from (values (0), (1), (2), (3), (4), (5), (6)) as buckets (age_bucket)
),

final as (
    select
        priors.as_of_month,
        priors.chain,
        priors.from_state,
        ages.age_bucket,
        priors.to_state,
        coalesce(known_steps.steps_count, 0) as steps_count,
        coalesce(age_totals.steps_count, 0) as at_risk_count,
        (
            coalesce(known_steps.steps_count, 0) + {{ weight }} * priors.prior_probability
        ) / (coalesce(age_totals.steps_count, 0) + {{ weight }}) as probability
    from priors
    cross join ages
    left join known_steps
        on
            priors.as_of_month = known_steps.as_of_month
            and priors.chain = known_steps.chain
            and priors.from_state = known_steps.from_state
            and ages.age_bucket = known_steps.age_bucket
            and priors.to_state = known_steps.to_state
    left join age_totals
        on
            priors.as_of_month = age_totals.as_of_month
            and priors.chain = age_totals.chain
            and priors.from_state = age_totals.from_state
            and ages.age_bucket = age_totals.age_bucket
)

select * from final

{%- set weight = var('forecast_prior_weight') -%}
with known_steps as (select * from {{ ref('int_forecast_steps') }}),

known_states as (select * from {{ ref('int_forecast_states') }}),

ends as (
    select
        as_of_month,
        chain,
        opportunity_type,
        state as to_state
    from known_states
    union distinct
    select
        known_states.as_of_month,
        known_states.chain,
        known_states.opportunity_type,
        closed.to_state
    from known_states
    cross join (values ('(won)'), ('(lost)')) as closed (to_state)
),

-- Opportunities keep their type. Without any history, an opportunity stays in its stage or closes
-- at the assumed rates.
possible_steps as (
    select
        states.as_of_month,
        states.chain,
        states.opportunity_type,
        states.state as from_state,
        ages.age_bucket,
        ends.to_state,
        cast(case ends.to_state
            when '(won)' then states.assumed_win_rate
            when '(lost)' then states.assumed_loss_rate
            when states.state then 1 - states.assumed_win_rate - states.assumed_loss_rate
            else 0
        end as double) as assumed_probability
    from known_states as states
    inner join ends
        on
            states.as_of_month = ends.as_of_month
            and states.chain = ends.chain
            and states.opportunity_type = ends.opportunity_type
    cross join (values (0), (1), (2), (3), (4), (5), (6)) as ages (age_bucket)
),

counted as (
    select
        possible_steps.*,
        coalesce(known_steps.steps_count, 0) as steps_count
    from possible_steps
    left join known_steps
        on
            possible_steps.as_of_month = known_steps.as_of_month
            and possible_steps.chain = known_steps.chain
            and possible_steps.opportunity_type = known_steps.opportunity_type
            and possible_steps.from_state = known_steps.from_state
            and possible_steps.age_bucket = known_steps.age_bucket
            and possible_steps.to_state = known_steps.to_state
),

-- The same step over all ages, over all states, and over all types; and all steps from there.
totalled as (
    select
        *,
        sum(steps_count) over (
            partition by as_of_month, chain, opportunity_type, from_state, to_state
        ) as steps_of_state,
        sum(steps_count) over (partition by as_of_month, chain, opportunity_type, to_state)
            as steps_of_type,
        sum(steps_count) over (partition by as_of_month, chain, to_state) as steps_of_all,
        sum(steps_count) over (
            partition by as_of_month, chain, opportunity_type, from_state, age_bucket
        ) as at_risk_count,
        sum(steps_count) over (partition by as_of_month, chain, opportunity_type, from_state)
            as at_risk_in_state,
        sum(steps_count) over (partition by as_of_month, chain, opportunity_type)
            as at_risk_in_type,
        sum(steps_count) over (partition by as_of_month, chain) as at_risk_in_all
    from counted
),

-- Most renewals are won, most other opportunities are not: renewals do not lean on other types.
leaned as (
    select
        *,
        (
            steps_count + {{ weight }} * (
                steps_of_state + {{ weight }} * (
                    steps_of_type + {{ weight }} * case
                        when opportunity_type = 'renewal' then assumed_probability
                        else
                            (steps_of_all + {{ weight }} * assumed_probability)
                            / (at_risk_in_all + {{ weight }})
                    end
                ) / (at_risk_in_type + {{ weight }})
            ) / (at_risk_in_state + {{ weight }})
        ) / (at_risk_count + {{ weight }}) as probability
    from totalled
),

-- Other types may reach stages that this one never does.
final as (
    select
        as_of_month,
        chain,
        opportunity_type,
        from_state,
        age_bucket,
        to_state,
        steps_count,
        at_risk_count,
        probability / sum(probability) over (
            partition by as_of_month, chain, opportunity_type, from_state, age_bucket
        ) as probability
    from leaned
)

select * from final

{{ config(materialized='fixpoint') }}

-- One set of rows holds the probabilities of moving from state to state in 1, 2, 4, 8 … months
-- (to_key), another one those of being won in month 1, 2, 3 … from now (months_ahead). Month 17
-- includes all later months.
with transitions as (
    select
        *,
        {{ hash64('as_of_month, chain, opportunity_type, from_state, age_bucket') }} as state_key,
        -- A month later, the opportunity is in the next age bucket.
        {{ hash64(
            'as_of_month, chain, opportunity_type, to_state, least(age_bucket + 1, 6)'
        ) }} as next_state_key
    from {{ ref('int_forecast_transitions') }}
    where probability > 0 and to_state <> '(lost)'
)

select
    state_key,
    case when to_state <> '(won)' then next_state_key end as to_key,
    case when to_state = '(won)' then 1 end as months_ahead,
    1 as step_months,
    probability
from transitions

{{ then_repeat() }}

with curves as (
    select * from {{ previous() }}
),

moves as (
    select * from curves
    where to_key is not null
),

products as (
    select
        moves.state_key,
        curves.to_key,
        case
            when curves.months_ahead is not null
                then least(curves.months_ahead + moves.step_months, 17)
        end as months_ahead,
        2 * moves.step_months as step_months,
        moves.probability * curves.probability as probability
    from moves
    inner join curves on moves.to_key = curves.state_key
    union all
    select
        state_key,
        to_key,
        months_ahead,
        step_months,
        probability
    from curves
    where months_ahead is not null
),

-- Chances below 1e-18 change nothing. Dropping them ends the rounds.
summed as (
    select
        state_key,
        to_key,
        months_ahead,
        case when to_key is not null then step_months else 1 end as step_months,
        sum(probability) as probability
    from products
    group by
        state_key, to_key, months_ahead, case when to_key is not null then step_months else 1 end
    having sum(probability) >= 1e-18
)

select * from summed

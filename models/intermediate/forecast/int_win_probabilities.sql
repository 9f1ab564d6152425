with dates as (select * from {{ ref('int_forecast_dates') }}),

transitions as (select * from {{ ref('int_forecast_transitions') }}),

curves as (select * from {{ ref('int_win_curves') }}),

states as (
    select
        as_of_month,
        chain,
        opportunity_type,
        from_state as state,
        age_bucket,
        max(at_risk_count) as at_risk_count,
        {{ hash64('as_of_month, chain, opportunity_type, from_state, age_bucket') }} as state_key
    from transitions
    group by all
),

-- In the middle of a month, a step of one month ends in the middle of the next one: the rest of
-- this month gets its share of the first step, and so on.
dated as (
    select
        states.*,
        curves.months_ahead,
        curves.probability * (1 - dates.remaining_share) as probability
    from states
    inner join dates on states.as_of_month = dates.as_of_month
    inner join curves on states.state_key = curves.state_key
    union all
    select
        states.*,
        curves.months_ahead - 1 as months_ahead,
        curves.probability * dates.remaining_share as probability
    from states
    inner join dates on states.as_of_month = dates.as_of_month
    inner join curves on states.state_key = curves.state_key
    where dates.remaining_share > 0
),

summed as (
    select
        as_of_month,
        chain,
        opportunity_type,
        state,
        age_bucket,
        at_risk_count,
        months_ahead,
        sum(probability) as probability
    from dated
    group by all
),

cumulated as (
    select
        *,
        sum(probability) over (
            partition by as_of_month, chain, opportunity_type, state, age_bucket
            order by months_ahead asc nulls last
            rows between unbounded preceding and current row
        ) as cumulative_probability,
        sum(probability)
            over (partition by as_of_month, chain, opportunity_type, state, age_bucket)
            as win_probability
    from summed
)

select * from cumulated
where months_ahead <= {{ var('forecast_horizon_months') }}

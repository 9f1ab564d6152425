with creation_forecast as (select * from {{ ref('int_creation_forecast') }}),

transitions as (
    select distinct
        as_of_month,
        opportunity_type,
        {{ hash64('as_of_month, chain, opportunity_type, from_state, age_bucket') }} as state_key
    from {{ ref('int_forecast_transitions') }}
    where chain = 'creation' and age_bucket = 0
),

curves as (
    select * from {{ ref('int_win_curves') }}
    where months_ahead <= {{ var('forecast_horizon_months') }} + 1
),

dates as (select * from {{ ref('int_forecast_dates') }}),

won as (
    select
        opportunity_type,
        segment,
        cast(coalesce(amount, 0) as double) as amount,
        {{ reporting_date('closed_at') }} as closed_date
    from {{ ref('int_opportunity_closings') }}
    where is_won
),

known_won as (
    select
        dates.as_of_month,
        won.opportunity_type,
        won.segment,
        won.amount
    from dates
    inner join won
        on
            won.closed_date <= dates.forecast_date
            and won.closed_date
            > {{ dbt.dateadd('month', -var('forecast_history_months'), 'dates.forecast_date') }}
),

by_type as (
    select
        as_of_month,
        opportunity_type,
        avg(amount) as mean_amount,
        avg(amount * amount) as mean_square
    from known_won
    group by as_of_month, opportunity_type
),

by_segment as (
    select
        as_of_month,
        opportunity_type,
        segment,
        count(*) as won_count,
        avg(amount) as mean_amount,
        avg(amount * amount) as mean_square
    from known_won
    group by as_of_month, opportunity_type, segment
),

-- A segment with fewer than five won opportunities takes the amounts of all segments.
won_in_month as (
    select
        creation_forecast.segment,
        creation_forecast.months_ahead + curves.months_ahead - 1 as months_ahead,
        creation_forecast.created_count * curves.probability as won_count,
        case
            when by_segment.won_count >= 5 then by_segment.mean_amount
            else by_type.mean_amount
        end as mean_amount,
        case
            when by_segment.won_count >= 5 then by_segment.mean_square
            else by_type.mean_square
        end as mean_square,
        creation_forecast.as_of_month
    from creation_forecast
    inner join transitions
        on
            creation_forecast.as_of_month = transitions.as_of_month
            and creation_forecast.opportunity_type = transitions.opportunity_type
    inner join curves on transitions.state_key = curves.state_key
    inner join by_type
        on
            creation_forecast.as_of_month = by_type.as_of_month
            and creation_forecast.opportunity_type = by_type.opportunity_type
    left join by_segment
        on
            creation_forecast.as_of_month = by_segment.as_of_month
            and creation_forecast.opportunity_type = by_segment.opportunity_type
            and creation_forecast.segment = by_segment.segment
    where creation_forecast.months_ahead + curves.months_ahead - 1
        <= {{ var('forecast_horizon_months') }}
),

-- Poisson arrivals.
forecast as (
    select
        segment,
        months_ahead,
        sum(won_count) as won_count,
        sum(won_count * mean_amount) as expected_amount,
        sum(won_count * mean_square) as variance,
        as_of_month
    from won_in_month
    group by as_of_month, segment, months_ahead
)

select * from forecast

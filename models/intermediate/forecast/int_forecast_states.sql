with known_steps as (select * from {{ ref('int_forecast_steps') }}),

dates as (select * from {{ ref('int_forecast_dates') }}),

snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

-- States that were left or entered in the history, or that are open today.
states as (
    select
        as_of_month,
        chain,
        opportunity_type,
        from_state as state
    from known_steps
    union distinct
    select
        as_of_month,
        chain,
        opportunity_type,
        to_state as state
    from known_steps
    where to_state not in ('(won)', '(lost)')
    union distinct
    select
        dates.as_of_month,
        'stage' as chain,
        snapshots.opportunity_type,
        coalesce(snapshots.source_stage, snapshots.stage) as state
    from dates
    inner join snapshots on dates.as_of_month = snapshots.period_month
),

final as (
    select
        *,
        case opportunity_type
            when 'renewal' then {{ var('forecast_prior_renewal_win_rate') }}
            else {{ var('forecast_prior_win_rate') }}
        end as assumed_win_rate,
        case opportunity_type
            when 'renewal' then {{ var('forecast_prior_renewal_loss_rate') }}
            else {{ var('forecast_prior_loss_rate') }}
        end as assumed_loss_rate
    from states
)

select * from final

with dates as (select * from {{ ref('int_forecast_dates') }}),

steps as (select * from {{ ref('int_opportunity_steps') }}),

-- Two chains with the same steps: from CRM stage to CRM stage, and since the creation of an
-- opportunity, whatever its stages.
chain_steps as (
    select
        'stage' as chain,
        opportunity_type,
        source_stage as from_state,
        age_bucket,
        next_stage as to_state,
        step_month
    from steps
    where source_stage is not null
    union all
    select
        'creation' as chain,
        opportunity_type,
        '(created)' as from_state,
        months_since_creation as age_bucket,
        case when next_stage in ('(won)', '(lost)') then next_stage else '(created)' end
            as to_state,
        step_month
    from steps
),

-- Known on the day of the forecast: steps of whole months within the history.
known_steps as (
    select
        dates.as_of_month,
        chain_steps.chain,
        chain_steps.opportunity_type,
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
)

select * from known_steps

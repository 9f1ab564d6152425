with outcomes as (
    select
        *,
        case when is_opportunity_primary then journeys_count else 0 end as opportunities_count,
        case when is_account_entry then 1 else 0 end as entered_accounts_count,
        case when is_account_arrival then 1 else 0 end as arrived_accounts_count
    from {{ ref('int_journey_outcomes') }}
),

windows as (
    select cast({{ var('conversion_window_days') }} as bigint) as window_days
    union all
    select cast(null as bigint) as window_days
),

cohorts as (
    select
        outcomes.*,
        windows.window_days,
        outcomes.outcome = 'moved'
        and coalesce(outcomes.elapsed_days <= windows.window_days, true) as is_converted,
        outcomes.is_account_moved
        and coalesce(outcomes.account_elapsed_days <= windows.window_days, true)
            as is_account_converted
    from outcomes
    cross join windows
    where outcomes.from_month is not null
),

-- Cohort: how many of the journeys that entered the first stage converted.
-- Period: entries into both stages, whichever journeys they are; the rate may exceed 1.
counted as (
    select
        'cohort' as basis,
        from_stage,
        to_stage,
        channel,
        segment,
        window_days,
        journeys_count as entered_count,
        entered_accounts_count,
        opportunities_count as entered_opportunities_count,
        case when is_converted then journeys_count else 0 end as converted_count,
        case when is_account_converted then 1 else 0 end as converted_accounts_count,
        case when is_converted then opportunities_count else 0 end as converted_opportunities_count,
        from_month as period_month
    from cohorts
    union all
    select
        'period' as basis,
        from_stage,
        to_stage,
        channel,
        segment,
        window_days,
        journeys_count as entered_count,
        entered_accounts_count,
        opportunities_count as entered_opportunities_count,
        0 as converted_count,
        0 as converted_accounts_count,
        0 as converted_opportunities_count,
        from_month as period_month
    from cohorts
    where window_days is null
    union all
    select
        'period' as basis,
        from_stage,
        to_stage,
        channel,
        segment,
        cast(null as bigint) as window_days,
        0 as entered_count,
        0 as entered_accounts_count,
        0 as entered_opportunities_count,
        journeys_count as converted_count,
        arrived_accounts_count as converted_accounts_count,
        opportunities_count as converted_opportunities_count,
        to_month as period_month
    from outcomes
    where to_month is not null
),

conversions as (
    select
        basis,
        from_stage,
        to_stage,
        channel,
        segment,
        window_days,
        sum(entered_count) as entered_count,
        sum(entered_accounts_count) as entered_accounts_count,
        sum(entered_opportunities_count) as entered_opportunities_count,
        sum(converted_count) as converted_count,
        sum(converted_accounts_count) as converted_accounts_count,
        sum(converted_opportunities_count) as converted_opportunities_count,
        period_month
    from counted
    group by all
)

select * from conversions

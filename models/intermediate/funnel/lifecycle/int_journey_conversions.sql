with outcomes as (
    select
        *,
        case
            when
                outcome = 'moved'
                and coalesce(elapsed_days <= {{ var('conversion_window_days') }}, true)
                then 1
            else 0
        end as in_window_count,
        case when outcome = 'moved' then 1 else 0 end as moved_count,
        case when is_opportunity_primary then 1 else 0 end as deals_count
    from {{ ref('int_journey_outcomes') }}
),

windows as (
    select cast({{ var('conversion_window_days') }} as bigint) as window_days
    union all
    select cast(null as bigint) as window_days
),

entries as (
    select
        from_stage,
        to_stage,
        channel,
        segment,
        sum(journeys_count) as entered_count,
        sum(deals_count) as entered_deals_count,
        sum(moved_count) as moved_count,
        sum(moved_count * deals_count) as moved_deals_count,
        sum(in_window_count) as in_window_count,
        sum(in_window_count * deals_count) as in_window_deals_count,
        from_month as period_month
    from outcomes
    where from_month is not null
    group by all
),

-- Cohort: what became of those that entered the first stage. A window is elapsed time, its last
-- instant included.
cohort_counts as (
    select
        'cohort' as basis,
        entries.from_stage,
        entries.to_stage,
        entries.channel,
        entries.segment,
        windows.window_days,
        entries.entered_count,
        entries.entered_deals_count,
        case
            when windows.window_days is null then entries.moved_count
            else entries.in_window_count
        end as converted_count,
        case
            when windows.window_days is null then entries.moved_deals_count
            else entries.in_window_deals_count
        end as converted_deals_count,
        entries.period_month
    from entries
    cross join windows
),

-- Period: entries into the second stage over entries into the first, whoever they are; it may
-- exceed 1.
period_entries as (
    select
        from_stage,
        to_stage,
        channel,
        segment,
        entered_count,
        entered_deals_count,
        0 as converted_count,
        0 as converted_deals_count,
        period_month
    from entries
    union all
    select
        from_stage,
        to_stage,
        channel,
        segment,
        0 as entered_count,
        0 as entered_deals_count,
        journeys_count as converted_count,
        deals_count as converted_deals_count,
        to_month as period_month
    from outcomes
    where to_month is not null
),

period_counts as (
    select
        'period' as basis,
        from_stage,
        to_stage,
        channel,
        segment,
        cast(null as bigint) as window_days,
        sum(entered_count) as entered_count,
        sum(entered_deals_count) as entered_deals_count,
        sum(converted_count) as converted_count,
        sum(converted_deals_count) as converted_deals_count,
        period_month
    from period_entries
    group by all
),

counted as (
    select * from cohort_counts
    union all
    select * from period_counts
)

select * from counted

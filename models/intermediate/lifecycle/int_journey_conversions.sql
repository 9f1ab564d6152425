with pairs as (
    select
        *,
        {{ seconds_between('from_at', 'passed_at') }} as elapsed_seconds
    from {{ ref('int_journey_pairs') }}
),

windows as (
    select cast({{ var('conversion_window_days') }} as bigint) as window_days
    union all
    select cast(null as bigint) as window_days
),

-- Cohort: what became of those that entered the first stage. A window is elapsed time, its last
-- instant included.
cohort_counts as (
    select
        'cohort' as basis,
        pairs.from_stage,
        pairs.to_stage,
        pairs.channel,
        pairs.segment,
        windows.window_days,
        count(*) as entered_count,
        sum(case when pairs.is_opportunity_primary then 1 else 0 end) as entered_deals_count,
        count(
            case
                when
                    windows.window_days is null
                    or pairs.elapsed_seconds <= windows.window_days * 86400
                    then pairs.passed_at
            end
        ) as converted_count,
        count(
            case
                when
                    pairs.is_opportunity_primary
                    and (
                        windows.window_days is null
                        or pairs.elapsed_seconds <= windows.window_days * 86400
                    )
                    then pairs.passed_at
            end
        ) as converted_deals_count,
        cast({{ dbt.date_trunc('month', reporting_date('pairs.from_at')) }} as date)
            as period_month
    from pairs
    cross join windows
    where pairs.from_at is not null
    group by all
),

-- Period: entries into the second stage over entries into the first, whoever they are; it may
-- exceed 1.
period_entries as (
    select
        from_stage,
        to_stage,
        channel,
        segment,
        is_opportunity_primary,
        from_at as entered_at,
        1 as is_from,
        0 as is_to
    from pairs
    where from_at is not null
    union all
    select
        from_stage,
        to_stage,
        channel,
        segment,
        is_opportunity_primary,
        to_at as entered_at,
        0 as is_from,
        1 as is_to
    from pairs
    where to_at is not null
),

period_counts as (
    select
        'period' as basis,
        from_stage,
        to_stage,
        channel,
        segment,
        cast(null as bigint) as window_days,
        sum(is_from) as entered_count,
        sum(case when is_opportunity_primary then is_from else 0 end) as entered_deals_count,
        sum(is_to) as converted_count,
        sum(case when is_opportunity_primary then is_to else 0 end) as converted_deals_count,
        cast({{ dbt.date_trunc('month', reporting_date('entered_at')) }} as date) as period_month
    from period_entries
    group by all
),

counted as (
    select * from cohort_counts
    union all
    select * from period_counts
)

select * from counted

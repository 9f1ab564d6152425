with pairs as (
    select * from {{ ref('int_journey_pairs') }}
),

as_of as (
    select * from {{ ref('as_of') }}
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
        cast({{ dbt.date_trunc('month', reporting_date('pairs.from_at')) }} as date)
            as period_month,
        pairs.from_stage,
        pairs.to_stage,
        pairs.channel,
        pairs.segment,
        windows.window_days,
        count(*) as entered_count,
        count(
            case
                when
                    windows.window_days is null
                    or {{ seconds_between('pairs.from_at', 'pairs.passed_at') }}
                    <= windows.window_days * 86400
                    then pairs.passed_at
            end
        ) as converted_count
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
        to_at as entered_at,
        0 as is_from,
        1 as is_to
    from pairs
    where to_at is not null
),

period_counts as (
    select
        'period' as basis,
        cast({{ dbt.date_trunc('month', reporting_date('entered_at')) }} as date) as period_month,
        from_stage,
        to_stage,
        channel,
        segment,
        cast(null as bigint) as window_days,
        sum(is_from) as entered_count,
        sum(is_to) as converted_count
    from period_entries
    group by all
),

counts as (
    select * from cohort_counts
    union all
    select * from period_counts
),

-- The rows named (all): every channel, every segment, both.
slices as (
    select
        cast(null as string) as channel,
        cast(null as string) as segment
    union all
    select
        '(all)' as channel,
        cast(null as string) as segment
    union all
    select
        cast(null as string) as channel,
        '(all)' as segment
    union all
    select
        '(all)' as channel,
        '(all)' as segment
),

sliced as (
    select
        counts.basis,
        counts.from_stage,
        counts.to_stage,
        coalesce(slices.channel, counts.channel) as channel,
        coalesce(slices.segment, counts.segment) as segment,
        counts.window_days,
        cast(sum(counts.entered_count) as bigint) as entered_count,
        cast(sum(counts.converted_count) as bigint) as converted_count,
        counts.period_month
    from counts
    cross join slices
    group by all
),

-- A cohort is mature once the window of whoever entered last in its month is over; the rest once
-- the month is.
final as (
    select
        sliced.basis,
        sliced.from_stage,
        sliced.to_stage,
        sliced.channel,
        sliced.segment,
        sliced.window_days,
        sliced.entered_count,
        sliced.converted_count,
        cast(sliced.converted_count as double) / nullif(sliced.entered_count, 0) as conversion_rate,
        cast(
            {{ dbt.dateadd(
                'day',
                'cast(coalesce(sliced.window_days, 0) as int)',
                dbt.dateadd('month', 1, 'sliced.period_month')
            ) }}
            as date
        ) <= cast({{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as date) as is_mature,
        sliced.period_month
    from sliced
    cross join as_of
)

select * from final

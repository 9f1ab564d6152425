with outcomes as (
    select
        *,
        from_month as period_month
    from {{ ref('int_journey_outcomes') }}
    where from_month is not null
),

incidence_medians as (select * from {{ ref('int_incidence_medians') }}),

totals as (select * from {{ ref('int_report_totals') }}),

as_of as (select * from {{ ref('as_of') }}),

counts as (
    select
        period_month,
        from_stage,
        to_stage,
        channel,
        segment,
        sum(journeys_count) as entered_count,
        sum(case when outcome = 'moved' then 1 else 0 end) as moved_count,
        sum(case when outcome = 'exited' then 1 else 0 end) as exited_count,
        sum(case when outcome = 'open' then journeys_count else 0 end) as censored_count
    from outcomes
    group by all
),

sliced_counts as (
    select
        counts.period_month,
        counts.from_stage,
        counts.to_stage,
        coalesce(totals.first_total, counts.channel) as channel,
        coalesce(totals.second_total, counts.segment) as segment,
        sum(counts.entered_count) as entered_count,
        sum(counts.moved_count) as moved_count,
        sum(counts.exited_count) as exited_count,
        sum(counts.censored_count) as censored_count
    from counts
    cross join totals
    group by all
),

-- Percentiles need single journeys; few enough have moved.
moved_days as (
    select
        outcomes.period_month,
        outcomes.from_stage,
        outcomes.to_stage,
        coalesce(totals.first_total, outcomes.channel) as channel,
        coalesce(totals.second_total, outcomes.segment) as segment,
        percentile_cont(0.5) within group (order by outcomes.elapsed_days) as median_days,
        percentile_cont(0.75) within group (order by outcomes.elapsed_days) as p75_days,
        avg(outcomes.elapsed_days) as mean_days
    from outcomes
    cross join totals
    where outcomes.outcome = 'moved' and outcomes.elapsed_days is not null
    group by all
),

-- How long nine in ten of those who moved had needed at most.
usual_times as (
    select
        from_stage,
        to_stage,
        percentile_cont(0.9) within group (order by elapsed_days) as p90_days
    from outcomes
    where outcome = 'moved' and elapsed_days is not null
    group by from_stage, to_stage
),

final as (
    select
        sliced_counts.from_stage,
        sliced_counts.to_stage,
        sliced_counts.channel,
        sliced_counts.segment,
        cast(sliced_counts.entered_count as bigint) as entered_count,
        cast(sliced_counts.moved_count as bigint) as moved_count,
        cast(sliced_counts.exited_count as bigint) as exited_count,
        cast(sliced_counts.censored_count as bigint) as censored_count,
        cast(moved_days.median_days as double) as median_days,
        cast(moved_days.p75_days as double) as p75_days,
        cast(moved_days.mean_days as double) as mean_days,
        case
            when incidence_medians.at_risk_count >= {{ var('velocity_minimum_at_risk') }}
                then cast(incidence_medians.median_day as double)
        end as incidence_median_days,
        coalesce({{ dbt.datediff(
            dbt.dateadd('month', 1, 'sliced_counts.period_month'),
            dbt.dateadd('day', 1, 'as_of.as_of_date'),
            'day'
        ) }} >= usual_times.p90_days, false) as is_mature,
        sliced_counts.channel = '(all)' or sliced_counts.segment = '(all)' as is_total,
        sliced_counts.period_month
    from sliced_counts
    cross join as_of
    left join usual_times
        on
            sliced_counts.from_stage = usual_times.from_stage
            and sliced_counts.to_stage = usual_times.to_stage
    left join moved_days
        on
            sliced_counts.period_month = moved_days.period_month
            and sliced_counts.from_stage = moved_days.from_stage
            and sliced_counts.to_stage = moved_days.to_stage
            and sliced_counts.channel = moved_days.channel
            and sliced_counts.segment = moved_days.segment
    left join incidence_medians
        on
            sliced_counts.period_month = incidence_medians.period_month
            and sliced_counts.from_stage = incidence_medians.from_stage
            and sliced_counts.to_stage = incidence_medians.to_stage
            and sliced_counts.channel = incidence_medians.channel
            and sliced_counts.segment = incidence_medians.segment
)

select * from final

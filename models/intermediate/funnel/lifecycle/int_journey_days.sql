with outcomes as (
    select * from {{ ref('int_journey_outcomes') }}
    where elapsed_days is not null
),

-- By whole days, so that the cost is one of slices and days, however many journeys there are.
daily as (
    select
        from_month as period_month,
        from_stage,
        to_stage,
        channel,
        segment,
        cast(floor(elapsed_days) as bigint) as day_number,
        sum(case when outcome = 'moved' then 1 else 0 end) as moved_count,
        sum(case when outcome = 'exited' then 1 else 0 end) as exited_count,
        sum(journeys_count) as journeys_count
    from outcomes
    group by all
),

slices as (
    select
        totals.channel,
        totals.segment
    from (
        values (null, null), ('(all)', null), (null, '(all)'), ('(all)', '(all)')
    ) as totals (channel, segment)
),

journey_days as (
    select
        daily.period_month,
        daily.from_stage,
        daily.to_stage,
        coalesce(slices.channel, daily.channel) as channel,
        coalesce(slices.segment, daily.segment) as segment,
        daily.day_number,
        cast(sum(daily.moved_count) as double) as moved_count,
        cast(sum(daily.moved_count + daily.exited_count) as double) as left_count,
        cast(sum(daily.journeys_count) as double) as journeys_count
    from daily
    cross join slices
    group by all
)

select * from journey_days

with pairs as (
    select * from {{ ref('int_journey_pairs') }}
    where from_at is not null
),

as_of as (
    select * from {{ ref('as_of') }}
),

outcomes as (
    select
        pairs.from_stage,
        pairs.to_stage,
        pairs.channel,
        pairs.segment,
        pairs.team,
        case
            when pairs.passed_at is not null then 'moved'
            when pairs.exited_at is not null then 'exited'
            else 'open'
        end as outcome,
        cast({{ dbt.date_trunc('month', reporting_date('pairs.from_at')) }} as date)
            as period_month,
        {{ seconds_between(
            'pairs.from_at', 'coalesce(pairs.passed_at, pairs.exited_at, as_of.as_of_end_at)'
        ) }} / 86400 as elapsed_days
    from pairs
    cross join as_of
),

-- One that passed the second stage before it entered the first (a deal of colleagues, a late first
-- visit) has moved, but took no time that could be measured.
durations as (
    select
        from_stage,
        to_stage,
        channel,
        segment,
        team,
        outcome,
        case when elapsed_days >= 0 then elapsed_days end as elapsed_days,
        period_month
    from outcomes
)

select * from durations

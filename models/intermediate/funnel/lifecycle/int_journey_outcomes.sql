-- An account enters a stage with the first of its people, and moves on with the first of them.
with pairs as (
    select
        *,
        from_at is not null
        and row_number() over (
            partition by buyer_id, from_stage, to_stage
            order by from_at asc nulls last, journey_id asc nulls last
        ) = 1 as is_account_entry,
        to_at is not null
        and row_number() over (
            partition by buyer_id, from_stage, to_stage
            order by to_at asc nulls last, journey_id asc nulls last
        ) = 1 as is_account_arrival
    from {{ ref('int_journey_pairs') }}
),

anonymous_visitors as (select * from {{ ref('int_anonymous_visitors') }}),

stage_pairs as (select * from {{ ref('stage_pairs') }}),

as_of as (select * from {{ ref('as_of') }}),

of_journeys as (
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
        {{ seconds_between(
            'pairs.from_at', 'coalesce(pairs.passed_at, pairs.exited_at, as_of.as_of_end_at)'
        ) }} / 86400 as elapsed_days,
        1 as journeys_count,
        {{ seconds_between('pairs.from_at', 'pairs.account_passed_at') }} / 86400
            as account_elapsed_days,
        coalesce(pairs.is_opportunity_primary, false) as is_opportunity_primary,
        pairs.is_account_entry,
        pairs.is_account_arrival,
        pairs.is_account_entry and pairs.account_passed_at is not null as is_account_moved,
        cast({{ dbt.date_trunc('month', reporting_date('pairs.from_at')) }} as date) as from_month,
        cast({{ dbt.date_trunc('month', reporting_date('pairs.to_at')) }} as date) as to_month
    from pairs
    cross join as_of
),

-- There may be millions, so count them by whole days.
of_anonymous_visitors as (
    select
        coalesce(anonymous_visitors.first_touch_channel, '(none)') as channel,
        floor(
            {{ seconds_between('anonymous_visitors.visitor_at', 'as_of.as_of_end_at') }} / 86400
        ) as elapsed_days,
        count(*) as journeys_count,
        cast({{ dbt.date_trunc('month', reporting_date('anonymous_visitors.visitor_at')) }} as date)
            as from_month
    from anonymous_visitors
    cross join as_of
    group by all
),

outcomes as (
    select * from of_journeys
    union all
    select
        stage_pairs.from_stage,
        stage_pairs.to_stage,
        of_anonymous_visitors.channel,
        'unknown' as segment,
        cast(null as string) as team,
        'open' as outcome,
        of_anonymous_visitors.elapsed_days,
        of_anonymous_visitors.journeys_count,
        cast(null as double) as account_elapsed_days,
        false as is_opportunity_primary,
        false as is_account_entry,
        false as is_account_arrival,
        false as is_account_moved,
        of_anonymous_visitors.from_month,
        cast(null as date) as to_month
    from of_anonymous_visitors
    cross join stage_pairs
    where stage_pairs.from_stage = 'visitor'
),

-- A journey may pass the second stage before it enters the first (a late first visit, for example):
-- it has moved, but its duration is unknown.
journey_outcomes as (
    select
        from_stage,
        to_stage,
        channel,
        segment,
        team,
        outcome,
        case when elapsed_days >= 0 then elapsed_days end as elapsed_days,
        cast(journeys_count as bigint) as journeys_count,
        case when is_account_moved and account_elapsed_days >= 0 then account_elapsed_days end
            as account_elapsed_days,
        is_opportunity_primary,
        is_account_entry,
        is_account_arrival,
        is_account_moved,
        from_month,
        to_month
    from outcomes
)

select * from journey_outcomes

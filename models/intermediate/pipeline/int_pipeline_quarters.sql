with snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

closings as (select * from {{ ref('int_opportunity_closings') }}),

targets as (
    select * from {{ ref('targets') }}
    where metric = 'won_amount'
),

as_of as (select * from {{ ref('as_of') }}),

-- Opportunities due in a quarter: at its start (the last day before it), with the amount won of
-- them in the quarter, and at its end (its last day, or as_of if earlier).
due as (
    select
        snapshots.team,
        snapshots.segment,
        coalesce(snapshots.amount, 0) as amount,
        case when closings.is_won then coalesce(closings.amount, 0) else 0 end as won_amount,
        {{ dbt.dateadd('month', 1, 'snapshots.period_month') }} = snapshots.due_quarter
            as is_at_start,
        snapshots.snapshot_date = least(
            cast({{ dbt.dateadd(
                'day', -1, dbt.dateadd('month', 3, 'snapshots.due_quarter')
            ) }} as date),
            as_of.as_of_date
        ) as is_at_end,
        snapshots.due_quarter as period_quarter
    from snapshots
    cross join as_of
    left join closings
        on
            snapshots.opportunity_id = closings.opportunity_id
            and snapshots.due_quarter = closings.closed_quarter
),

facts as (
    select
        team,
        segment,
        cast(null as decimal(18, 2)) as target_amount,
        0 as won_amount,
        case when is_at_end then amount else 0 end as open_amount,
        case when is_at_start then 1 else 0 end as start_count,
        case when is_at_start then amount else 0 end as start_amount,
        case when is_at_start then won_amount else 0 end as start_won_amount,
        period_quarter
    from due
    where period_quarter is not null and (is_at_start or is_at_end)
    union all
    select
        team,
        segment,
        cast(null as decimal(18, 2)) as target_amount,
        amount as won_amount,
        0 as open_amount,
        0 as start_count,
        0 as start_amount,
        0 as start_won_amount,
        closed_quarter as period_quarter
    from closings
    where is_won
    union all
    select
        team,
        segment,
        target as target_amount,
        0 as won_amount,
        0 as open_amount,
        0 as start_count,
        0 as start_amount,
        0 as start_won_amount,
        {{ fiscal_quarter_start('period_month') }} as period_quarter
    from targets
),

-- All teams, all segments, and both. Targets without a segment are only in segment (all).
slices as (
    select
        totals.team,
        totals.segment
    from (
        values (null, null), ('(all)', null), (null, '(all)'), ('(all)', '(all)')
    ) as totals (team, segment)
),

quarters as (
    select
        coalesce(slices.team, facts.team) as team,
        coalesce(slices.segment, facts.segment) as segment,
        sum(facts.start_count) as start_count,
        cast(sum(facts.target_amount) as decimal(18, 2)) as target_amount,
        cast(coalesce(sum(facts.won_amount), 0) as decimal(18, 2)) as won_amount,
        cast(sum(facts.open_amount) as decimal(18, 2)) as open_amount,
        cast(sum(facts.start_amount) as decimal(18, 2)) as start_amount,
        cast(sum(facts.start_won_amount) as decimal(18, 2)) as start_won_amount,
        facts.period_quarter
    from facts
    cross join slices
    where facts.segment <> '(all)' or slices.segment = '(all)'
    group by all
)

select * from quarters

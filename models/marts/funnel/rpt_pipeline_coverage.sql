with as_of as (select * from {{ ref('as_of') }}),

quarters as (select * from {{ ref('int_pipeline_quarters') }}),

-- The share of starting pipeline that earlier quarters won. Use completed quarters only.
history as (
    select
        quarters.team,
        quarters.segment,
        quarters.period_quarter,
        sum(past.start_count) as start_count,
        cast(sum(past.start_amount) as double)
        / nullif(cast(sum(past.start_won_amount) as double), 0) as coverage_ratio
    from quarters
    cross join as_of
    inner join quarters as past
        on
            quarters.team = past.team
            and quarters.segment = past.segment
            and quarters.period_quarter > past.period_quarter
            and {{ dbt.dateadd(
                'month', -3 * var('coverage_history_quarters'), 'quarters.period_quarter'
            ) }} <= past.period_quarter
            and {{ dbt.dateadd('month', 3, 'past.period_quarter') }}
            <= {{ dbt.dateadd('day', 1, 'as_of.as_of_date') }}
    group by quarters.team, quarters.segment, quarters.period_quarter
),

enough as (
    select * from history
    where start_count >= {{ var('coverage_minimum_opportunities') }} and coverage_ratio is not null
),

-- A slice without enough history uses its segment over all teams, else all.
required as (
    select
        quarters.*,
        coalesce(own.coverage_ratio, same_segment.coverage_ratio, overall.coverage_ratio)
            as required_coverage_ratio,
        case
            when own.coverage_ratio is not null then 'own'
            when same_segment.coverage_ratio is not null then 'same_segment'
            when overall.coverage_ratio is not null then 'all'
        end as required_coverage_basis
    from quarters
    left join enough as own
        on
            quarters.team = own.team
            and quarters.segment = own.segment
            and quarters.period_quarter = own.period_quarter
    left join enough as same_segment
        on
            same_segment.team = '(all)'
            and quarters.segment = same_segment.segment
            and quarters.period_quarter = same_segment.period_quarter
    left join enough as overall
        on
            overall.team = '(all)'
            and overall.segment = '(all)'
            and quarters.period_quarter = overall.period_quarter
),

-- The rows of a single team would repeat those of all teams.
teams as (
    select count(distinct case when team <> '(all)' then team end) as teams_count from quarters
),

dated as (
    select
        required.*,
        teams.teams_count,
        required.period_quarter <= {{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as is_started,
        {{ dbt.dateadd('month', 3, 'required.period_quarter') }}
        <= {{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as is_over
    from required
    cross join as_of
    cross join teams
    where required.team = '(all)' or teams.teams_count > 1
),

-- Future quarters have no start yet, and no pipeline can be won in past ones.
covered as (
    select
        *,
        won_amount >= target_amount as is_attained,
        case
            when is_started
                then cast(start_amount as double) / nullif(cast(target_amount as double), 0)
        end as start_coverage_ratio,
        case
            when won_amount < target_amount and not is_over
                then cast(open_amount as double) / cast(target_amount - won_amount as double)
        end as coverage_ratio
    from dated
),

final as (
    select
        team,
        segment,
        required_coverage_basis,
        target_amount,
        won_amount,
        open_amount,
        case when is_started then cast(start_count as bigint) end as start_count,
        case when is_started then start_amount end as start_amount,
        start_coverage_ratio,
        coverage_ratio,
        required_coverage_ratio,
        cast(won_amount as double) / nullif(cast(target_amount as double), 0) as attainment_rate,
        segment = '(all)' or (team = '(all)' and teams_count > 1) as is_total,
        is_attained,
        start_coverage_ratio >= required_coverage_ratio as is_covered_at_start,
        case when not is_over then is_attained or coverage_ratio >= required_coverage_ratio end
            as is_covered,
        period_quarter
    from covered
)

select * from final

with outcomes as (
    select * from {{ ref('int_journey_outcomes') }}
    where from_month is not null and team is not null
),

as_of as (select * from {{ ref('as_of') }}),

slices as (
    select cast(null as string) as team
    union all
    select '(all)' as team
),

-- Stages before the MQL have no team.
counted as (
    select
        outcomes.from_stage,
        outcomes.to_stage,
        coalesce(slices.team, outcomes.team) as team,
        count(*) as entered_count,
        sum(
            case
                when
                    outcomes.outcome = 'moved'
                    and coalesce(
                        outcomes.elapsed_days <= {{ var('conversion_window_days') }}, true
                    )
                    then 1
                else 0
            end
        ) as converted_count,
        sum(case when outcomes.outcome = 'moved' then 1 else 0 end) as ever_converted_count,
        median(case when outcomes.outcome = 'moved' then outcomes.elapsed_days end)
            as median_days,
        outcomes.from_month as period_month
    from outcomes
    cross join slices
    group by all
),

final as (
    select
        counted.from_stage,
        counted.to_stage,
        counted.team,
        cast(counted.entered_count as bigint) as entered_count,
        cast(counted.converted_count as bigint) as converted_count,
        cast(counted.ever_converted_count as bigint) as ever_converted_count,
        cast(counted.converted_count as double) / counted.entered_count as conversion_rate,
        cast(counted.median_days as double) as median_days,
        counted.team = '(all)' as is_total,
        cast(
            {{ dbt.dateadd(
                'day',
                var('conversion_window_days'),
                dbt.dateadd('month', 1, 'counted.period_month')
            ) }}
            as date
        ) <= cast({{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as date) as is_mature,
        counted.period_month
    from counted
    cross join as_of
)

select * from final

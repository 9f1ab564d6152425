{%- set slice = 'period_month, from_stage, to_stage, channel, segment' -%}
with outcomes as (
    select * from {{ ref('int_journey_outcomes') }}
    where elapsed_days is not null
),

totals as (select * from {{ ref('int_report_totals') }}),

-- Counted by whole days, so the cost does not depend on the number of journeys.
daily as (
    select
        from_month as period_month,
        from_stage,
        to_stage,
        channel,
        segment,
        cast(floor(elapsed_days) as bigint) as day_number,
        sum(case when outcome = 'moved' then 1 else 0 end) as moved_count,
        sum(case when outcome <> 'open' then 1 else 0 end) as left_count,
        sum(journeys_count) as journeys_count
    from outcomes
    group by all
),

sliced as (
    select
        daily.period_month,
        daily.from_stage,
        daily.to_stage,
        coalesce(totals.first_total, daily.channel) as channel,
        coalesce(totals.second_total, daily.segment) as segment,
        daily.day_number,
        cast(sum(daily.moved_count) as double) as moved_count,
        cast(sum(daily.left_count) as double) as left_count,
        cast(sum(daily.journeys_count) as double) as journeys_count
    from daily
    cross join totals
    group by all
),

-- At risk on a day: journeys that had not moved, exited or been last seen open on an earlier day.
at_risk as (
    select
        *,
        sum(journeys_count) over (
            partition by {{ slice }}
            order by day_number desc nulls last
            rows between unbounded preceding and current row
        ) as at_risk_count
    from sliced
),

-- Aalen-Johansen: the share still in the stage before the day. Exits are competing events, only
-- open journeys are censored. After a day on which all leave, nothing is added.
surviving as (
    select
        *,
        exp(
            coalesce(
                sum(
                    case
                        when left_count < at_risk_count then ln(1 - left_count / at_risk_count)
                        else 0
                    end
                ) over (
                    partition by {{ slice }}
                    order by day_number nulls last
                    rows between unbounded preceding and 1 preceding
                ), 0
            )
        ) as surviving_share
    from at_risk
),

incidences as (
    select
        *,
        sum(surviving_share * moved_count / at_risk_count) over (
            partition by {{ slice }}
            order by day_number nulls last
            rows between unbounded preceding and current row
        ) as incidence,
        sum(surviving_share * moved_count / at_risk_count) over (partition by {{ slice }})
            as final_incidence
    from surviving
),

medians as (
    select
        period_month,
        from_stage,
        to_stage,
        channel,
        segment,
        cast(max(at_risk_count) as bigint) as at_risk_count,
        round(max(final_incidence), 12) as final_incidence,
        min(
            case
                when final_incidence > 0 and round(incidence, 12) >= round(final_incidence / 2, 12)
                    then day_number
            end
        ) as median_day
    from incidences
    group by all
)

select * from medians

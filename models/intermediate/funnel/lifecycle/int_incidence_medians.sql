{%- set slice = 'period_month, from_stage, to_stage, channel, segment' -%}
with journey_days as (
    select * from {{ ref('int_journey_days') }}
),

-- At risk on a day: who neither moved, nor exited, nor was last seen on an earlier one.
at_risk as (
    select
        *,
        sum(journeys_count) over (
            partition by {{ slice }}
            order by day_number desc nulls last
            rows between unbounded preceding and current row
        ) as at_risk_count
    from journey_days
),

-- Aalen and Johansen: the share still there before the day, times the share of them that moves on
-- it. Exits compete; only open journeys are censored. When all leave, nobody is there afterwards.
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
        ) as still_there
    from at_risk
),

incidence as (
    select
        *,
        sum(still_there * moved_count / at_risk_count) over (
            partition by {{ slice }}
            order by day_number nulls last
            rows between unbounded preceding and current row
        ) as incidence
    from surviving
),

halves as (
    select
        *,
        max(incidence) over (partition by {{ slice }}) / 2 as half_incidence
    from incidence
),

medians as (
    select
        period_month,
        from_stage,
        to_stage,
        channel,
        segment,
        cast(max(at_risk_count) as bigint) as at_risk_count,
        round(max(half_incidence) * 2, 12) as final_incidence,
        min(
            case
                when
                    half_incidence > 0
                    and round(incidence, 12) >= round(half_incidence, 12)
                    then day_number
            end
        ) as median_day
    from halves
    group by all
)

select * from medians

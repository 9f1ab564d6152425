with journeys as (
    select * from {{ ref('int_journeys') }}
    where mql_at is not null and person_key is not null
),

lead_scores as (
    select * from {{ ref('int_lead_scores') }}
),

session_signals as (
    select * from {{ ref('int_session_signals') }}
    where signal_type = 'hand_raise'
),

-- A few rows per person and journey: the newest score that was known on the day of the MQL.
known_scores as (
    select
        journeys.journey_id,
        {{ reporting_date('journeys.mql_at') }} as mql_date,
        lead_scores.top_reason,
        lead_scores.fit_score,
        lead_scores.engagement_score,
        lead_scores.scored_date
    from journeys
    inner join lead_scores
        on
            journeys.person_key = lead_scores.person_key
            and lead_scores.scored_date <= {{ reporting_date('journeys.mql_at') }}
    qualify row_number() over (
        partition by journeys.journey_id
        order by lead_scores.scored_date desc nulls last
    ) = 1
),

faded as (
    select
        journey_id,
        top_reason,
        fit_score,
        round(
            engagement_score * power(
                2.0,
                -{{ dbt.datediff('scored_date', 'mql_date', 'day') }}
                / cast({{ var('engagement_half_life_days') }} as double)
            ), 6
        ) as engagement_score
    from known_scores
),

hand_raisers as (
    select distinct journeys.journey_id
    from journeys
    inner join session_signals
        on
            journeys.person_key = session_signals.person_key
            and journeys.mql_at >= session_signals.touched_at
            and journeys.mql_at
            <= {{ dbt.dateadd('day', var('conversion_window_days'), 'session_signals.touched_at') }}
),

mql_scores as (
    select
        journeys.journey_id,
        journeys.person_key,
        coalesce(faded.top_reason, 'fit') as top_reason,
        case
            when coalesce(faded.fit_score, 0) >= {{ var('fit_grade_b_minimum') }} then 'good'
            else 'poor'
        end as fit,
        case
            when hand_raisers.journey_id is not null then 'hand_raiser'
            when faded.engagement_score >= {{ var('mql_score_threshold') }} then 'ready'
            else 'not_ready'
        end as readiness,
        coalesce(faded.fit_score, 0) as fit_score,
        coalesce(faded.engagement_score, 0) as engagement_score,
        journeys.customer_at is not null as is_won,
        journeys.customer_at is not null or journeys.exited_at is not null as is_ended,
        journeys.mql_at
    from journeys
    left join faded on journeys.journey_id = faded.journey_id
    left join hand_raisers on journeys.journey_id = hand_raisers.journey_id
)

select * from mql_scores

with journeys as (
    select * from {{ ref('int_journeys') }}
    where mql_at is not null
),

lead_scores as (select * from {{ ref('int_lead_scores') }}),

session_signals as (
    select * from {{ ref('int_session_signals') }}
    where signal_type = 'hand_raise'
),

opportunities as (
    select * from {{ ref('int_opportunities') }}
    where is_won and opportunity_type = 'new_business'
),

-- The newest score that was known on the day of the MQL, faded to that day.
scores as (
    select
        journeys.journey_id,
        lead_scores.top_reason,
        lead_scores.fit_score,
        round(
            lead_scores.engagement_score * power(
                2.0,
                -{{ dbt.datediff(
                    'lead_scores.scored_date', reporting_date('journeys.mql_at'), 'day'
                ) }}
                / cast({{ var('engagement_half_life_days') }} as double)
            ), 6
        ) as engagement_score
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

deal_size as (
    select cast(sum(coalesce(amount, 0)) as double) / nullif(count(*), 0) as average_deal_size
    from opportunities
),

scored as (
    select
        journeys.journey_id,
        journeys.person_key,
        journeys.segment,
        coalesce(scores.top_reason, 'fit') as top_reason,
        case
            when coalesce(scores.fit_score, 0) >= {{ var('fit_grade_b_minimum') }} then 'good'
            else 'poor'
        end as fit,
        case
            when hand_raisers.journey_id is not null then 'hand_raiser'
            when scores.engagement_score >= {{ var('mql_score_threshold') }} then 'ready'
            else 'not_ready'
        end as readiness,
        coalesce(scores.fit_score, 0) as fit_score,
        coalesce(scores.engagement_score, 0) as engagement_score,
        journeys.customer_at is not null as is_won,
        journeys.customer_at is not null or journeys.exited_at is not null as is_ended,
        journeys.mql_at
    from journeys
    left join scores on journeys.journey_id = scores.journey_id
    left join hand_raisers on journeys.journey_id = hand_raisers.journey_id
),

-- The win rate is that of all ended MQLs in the same cell of the qualification matrix.
mqls as (
    select
        scored.*,
        cast(
            round(
                coalesce(
                    avg(case when scored.is_won then 1 when scored.is_ended then 0 end)
                        over (partition by scored.fit, scored.readiness)
                    * deal_size.average_deal_size, 0
                ), 2
            ) as decimal(18, 2)
        ) as expected_value
    from scored
    cross join deal_size
)

select * from mqls

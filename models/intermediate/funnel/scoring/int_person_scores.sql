with lead_scores as (select * from {{ ref('int_lead_scores') }}),

as_of as (select * from {{ ref('as_of') }}),

last_scores as (
    select * from lead_scores
    qualify row_number() over (
        partition by person_key
        order by scored_date desc nulls last
    ) = 1
),

faded as (
    select
        last_scores.person_key,
        last_scores.top_reason,
        last_scores.fit_score,
        round(
            last_scores.engagement_score * power(
                2.0,
                -{{ dbt.datediff('last_scores.scored_date', 'as_of.as_of_date', 'day') }}
                / cast({{ var('engagement_half_life_days') }} as double)
            ), 6
        ) as engagement_score
    from last_scores
    cross join as_of
),

person_scores as (
    select
        person_key,
        top_reason,
        {{ score_grade('fit_score', 'engagement_score') }} as grade,
        fit_score,
        engagement_score
    from faded
)

select * from person_scores

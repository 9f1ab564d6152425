{%- set half_life = var('engagement_half_life_days') -%}
{%- set so_far = 'partition by person_key order by scored_date nulls last'
    ~ ' rows between unbounded preceding and current row' -%}

with score_days as (select * from {{ ref('int_score_days') }}),

-- A person's first row may be older than the first touch, so take the earliest origin.
summed as (
    select
        *,
        power(
            2.0,
            -{{ dbt.datediff(
                'min(origin_date) over (partition by person_key)', 'scored_date', 'day'
            ) }}
            / cast({{ half_life }} as double)
        ) as fading,
        sum(weight) over ({{ so_far }}) as weight_so_far,
        sum(fit_points) over ({{ so_far }}) as fit_so_far,
        max(strongest_weight) over ({{ so_far }}) as strongest_so_far
    from score_days
),

scored as (
    select
        *,
        least(greatest(fit_so_far, 0), 100) as fit_score,
        round(greatest(weight_so_far, 0) * fading, 6) as engagement_score,
        -- The reason is the rule of the last day that set a new maximum.
        sum(case when strongest_weight >= strongest_so_far then 1 else 0 end) over ({{ so_far }})
            as reason_number
    from summed
),

graded as (
    select
        *,
        {{ score_grade('fit_score', 'engagement_score') }} as grade,
        fit_score >= {{ var('fit_grade_b_minimum') }} as is_good_fit,
        engagement_score >= {{ var('mql_score_threshold') }} as is_ready
    from scored
),

-- The threshold is reached on a day if it was not met on the previous row.
lead_scores as (
    select
        person_key,
        coalesce(
            first_value(rule_name) over (
                partition by person_key, reason_number order by scored_date nulls last
            ), 'fit'
        ) as top_reason,
        cast(fit_score as bigint) as fit_score,
        engagement_score,
        grade,
        is_good_fit,
        is_ready,
        is_good_fit
        and is_ready
        and not coalesce(
            lag(is_good_fit and is_ready) over (
                partition by person_key order by scored_date nulls last
            ), false
        ) as is_threshold_reached,
        scored_date,
        scored_at
    from graded
)

select * from lead_scores

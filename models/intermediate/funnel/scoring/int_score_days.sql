{%- set half_life = var('engagement_half_life_days') -%}

with score_signals as (select * from {{ ref('int_score_signals') }}),

fit_points as (select * from {{ ref('int_fit_points') }}),

visible_people as (
    select * from {{ ref('int_visible_people') }}
    where became_lead_at is not null
),

as_of as (select * from {{ ref('as_of') }}),

first_days as (
    select
        person_key,
        min({{ reporting_date('touched_at') }}) as origin_date
    from score_signals
    group by person_key
),

-- Points halve in every half-life. Instead, scale them up by the time since a fixed origin: then
-- the score of any day is the sum so far, scaled down by the time from the origin to that day.
-- Touches before the person became a lead count from that day on.
weighed_signals as (
    select
        visible_people.person_key,
        score_signals.rule_name,
        score_signals.points * power(
            2.0,
            {{ dbt.datediff(
                'first_days.origin_date', reporting_date('score_signals.touched_at'), 'day'
            ) }}
            / cast({{ half_life }} as double)
        ) as weight,
        cast(0 as bigint) as fit_points,
        first_days.origin_date,
        greatest(score_signals.touched_at, visible_people.became_lead_at) as scored_at
    from score_signals
    inner join visible_people on score_signals.person_key = visible_people.person_key
    inner join first_days on score_signals.person_key = first_days.person_key
    union all
    select
        visible_people.person_key,
        cast(null as string) as rule_name,
        cast(0 as double) as weight,
        fit_points.points as fit_points,
        first_days.origin_date,
        greatest(fit_points.known_at, visible_people.became_lead_at) as scored_at
    from fit_points
    inner join visible_people on fit_points.person_key = visible_people.person_key
    left join first_days on fit_points.person_key = first_days.person_key
),

dated as (
    select
        weighed_signals.*,
        {{ reporting_date('weighed_signals.scored_at') }} as scored_date
    from weighed_signals
    cross join as_of
    where weighed_signals.scored_at < as_of.as_of_end_at
),

-- The rule with the most points of each day; ties by name.
score_days as (
    select
        person_key,
        min_by(rule_name, (-weight, rule_name)) filter (where weight > 0) as rule_name,
        sum(weight) as weight,
        max(weight) filter (where weight > 0) as strongest_weight,
        cast(sum(fit_points) as bigint) as fit_points,
        coalesce(min(origin_date), scored_date) as origin_date,
        scored_date,
        max(scored_at) as scored_at
    from dated
    group by person_key, scored_date
)

select * from score_days

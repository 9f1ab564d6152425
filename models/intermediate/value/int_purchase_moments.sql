with models as (
    select * from {{ ref('int_purchase_models') }}
    where r is not null
),

steps as (select * from {{ ref('int_clv_steps') }}),

ages as (
    select distinct
        fit_period,
        age_weeks
    from {{ ref('int_purchase_histories') }}
),

numbers as (
    select {{ dbt.datediff("cast('2000-01-01' as date)", 'date_day', 'day') }} as term_number
    from {{ date_series("cast('2000-01-01' as date)", "cast('2027-05-19' as date)") }} as days
),

points as (
    select
        ages.fit_period,
        ages.age_weeks,
        models.a,
        steps.weeks_ahead / (models.alpha + ages.age_weeks + steps.weeks_ahead) as z,
        steps.discounted_weight,
        steps.is_last
    from ages
    inner join models on ages.fit_period = models.fit_period
    inner join steps on ages.fit_period = steps.fit_period
),

-- Use enough powers of the largest z for the remaining terms to be below rounding: twice the
-- number until the terms are largest, plus those until they vanish.
with_largest as (
    select
        *,
        max(z) over (partition by fit_period, age_weeks) as largest_z
    from points
),

with_terms_count as (
    select
        *,
        least(
            10 + ceil(2 * a * largest_z / (1 - largest_z) - 36 / ln(largest_z)), 10000
        ) as terms_count
    from with_largest
),

moments as (
    select
        points.fit_period,
        points.age_weeks,
        numbers.term_number,
        sum(
            points.discounted_weight
            * exp((points.a - 1) * ln(1 - points.z) + numbers.term_number * ln(points.z))
        ) as discounted_moment,
        max(case
            when points.is_last
                then exp((points.a - 1) * ln(1 - points.z) + numbers.term_number * ln(points.z))
        end) as last_moment
    from with_terms_count as points
    inner join numbers on points.terms_count >= numbers.term_number
    group by points.fit_period, points.age_weeks, numbers.term_number
)

select * from moments

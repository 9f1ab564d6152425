with attributes as (
    select * from {{ ref('int_fit_attributes') }}
),

fit_rules as (
    select * from {{ ref('fit_rules') }}
),

-- Values are few, people many: the rules are looked up once per value.
known_values as (
    select distinct
        attribute,
        value,
        ' ' || replace(replace(replace(lower(value), ',', ' '), '/', ' '), '-', ' ') || ' ' as words
    from attributes
),

value_points as (
    select
        known_values.attribute,
        known_values.value,
        coalesce(
            max(case when fit_rules.value <> '*' then fit_rules.points end),
            max(case when fit_rules.value = '*' then fit_rules.points end)
        ) as points
    from known_values
    inner join fit_rules
        on
            known_values.attribute = fit_rules.attribute
            and (
                fit_rules.value = '*'
                or lower(known_values.value) = lower(fit_rules.value)
                or (
                    known_values.attribute = 'job_title'
                    and position(' ' || lower(fit_rules.value) || ' ' in known_values.words) > 0
                )
            )
    group by known_values.attribute, known_values.value
),

fit_points as (
    select
        attributes.person_key,
        attributes.attribute,
        value_points.points,
        attributes.known_at
    from attributes
    inner join value_points
        on
            attributes.attribute = value_points.attribute
            and attributes.value = value_points.value
)

select * from fit_points

-- Per model, the roles of the channels hold every touch once and the value of all won opportunities
-- to the cent.
with roles as (
    select
        model,
        sum(touches_count) as touches_count,
        sum(credited_value) as credited_value
    from {{ ref('rpt_channel_roles') }}
    group by model
),

credits as (
    select
        model,
        sum(credited_value) as credited_value
    from {{ ref('fct_attribution_credits') }}
    where conversion_type = 'won'
    group by model
),

touchpoints as (select count(*) as touches_count from {{ ref('fct_touchpoints') }})

select
    credits.model,
    credits.credited_value,
    roles.credited_value as reported_value,
    touchpoints.touches_count,
    roles.touches_count as reported_touches_count
from credits
cross join touchpoints
left join roles on credits.model = roles.model
where
    roles.model is null
    or roles.credited_value <> credits.credited_value
    or roles.touches_count <> touchpoints.touches_count

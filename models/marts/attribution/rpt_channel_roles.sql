with touchpoints as (select * from {{ ref('fct_touchpoints') }}),

credits as (
    select * from {{ ref('fct_attribution_credits') }}
    where conversion_type = 'won'
),

models as (select distinct model from credits),

touched as (
    select
        channel,
        journey_stage,
        count(*) as touches_count
    from touchpoints
    group by channel, journey_stage
),

-- Credit without a touch has the name of its channel, such as (unattributed), as its stage, or
-- (none) if model response credits a channel.
credited as (
    select
        credits.channel,
        coalesce(
            touchpoints.journey_stage,
            case when credits.channel like '(%' then credits.channel else '(none)' end
        ) as journey_stage,
        credits.model,
        sum(credits.credit_share) as credited_conversions,
        sum(credits.credited_value) as credited_value
    from credits
    left join touchpoints on credits.touchpoint_id = touchpoints.touchpoint_id
    group by credits.channel, touchpoints.journey_stage, credits.model
),

roles as (
    select
        touched.channel,
        touched.journey_stage,
        models.model,
        touched.touches_count,
        0 as credited_conversions,
        0 as credited_value
    from touched
    cross join models
    union all
    select
        channel,
        journey_stage,
        model,
        0 as touches_count,
        credited_conversions,
        credited_value
    from credited
),

final as (
    select
        channel,
        journey_stage,
        model,
        cast(sum(touches_count) as bigint) as touches_count,
        cast(sum(credited_conversions) as double) as credited_conversions,
        cast(sum(credited_value) as decimal(18, 2)) as credited_value
    from roles
    group by channel, journey_stage, model
)

select * from final

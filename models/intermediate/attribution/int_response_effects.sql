with winners as (select * from {{ ref('int_response_winners') }}),

remaining as (select * from {{ ref('int_response_remaining') }}),

fit as (
    select max(message) as message
    from {{ ref('int_response_parameters') }}
),

won as (
    select coalesce(sum(amount), 0) as amount
    from winners
    where step = 'won'
),

-- One MQL is enough for a company to go on. A unit without a row was not touched by the channel.
by_step as (
    select
        winners.opportunity_id,
        winners.step,
        remaining.replicate,
        remaining.channel,
        max(winners.amount) as amount,
        case
            when count(*) < max(winners.members_count) then 1
            else 1 - exp(sum(ln(greatest(1 - remaining.remaining_share, 1e-15))))
        end as remaining_share
    from winners
    inner join remaining
        on winners.step = remaining.step and winners.unit_id = remaining.unit_id
    group by winners.opportunity_id, winners.step, remaining.replicate, remaining.channel
),

by_opportunity as (
    select
        opportunity_id,
        replicate,
        channel,
        max(amount) * (1 - exp(sum(ln(greatest(remaining_share, 1e-15))))) as lost_amount
    from by_step
    group by opportunity_id, replicate, channel
),

lost as (
    select
        replicate,
        channel,
        sum(lost_amount) as lost_amount
    from by_opportunity
    group by replicate, channel
),

effects as (
    select
        lost.replicate,
        lost.channel,
        case
            when lost.channel = '(baseline)' then won.amount - lost.lost_amount
            else lost.lost_amount
        end as incremental_revenue
    from lost
    cross join won
),

intervals as (
    select
        channel,
        percentile_cont(0.1) within group (order by incremental_revenue) as low,
        percentile_cont(0.9) within group (order by incremental_revenue) as high
    from effects
    where replicate > 0
    group by channel
),

decided as (
    select
        effects.channel,
        fit.message,
        case when fit.message not like 'No parameters%' then effects.incremental_revenue end
            as incremental_revenue,
        case when fit.message like 'fitted%' then intervals.low end as low,
        case when fit.message like 'fitted%' then intervals.high end as high,
        cast(won.amount as double) as won_amount,
        case
            when effects.channel = '(baseline)' then won.amount - effects.incremental_revenue
            else effects.incremental_revenue
        end as caused
    from effects
    cross join won
    cross join fit
    left join intervals on effects.channel = intervals.channel
    where effects.replicate = 0
),

-- 80 % of a normal distribution lie within 1.28 standard deviations. Observation may also be off by
-- a part of what it finds, which draws of the parameters do not show.

response_effects as (
    select
        channel,
        message,
        incremental_revenue,
        low,
        high,
        case
            when message like 'fitted%'
                then sqrt(
                    power(coalesce(high - low, 0) / (2 * 1.2815515655446004e0), 2)
                    + power({{ var('observational_bias_sd') }} * caused, 2)
                )
        end as standard_error,
        won_amount
    from decided
)

select * from response_effects

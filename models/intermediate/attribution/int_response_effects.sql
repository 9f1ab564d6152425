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
        cast(max(amount) as double) as amount,
        1 - exp(sum(ln(greatest(remaining_share, 1e-15)))) as lost_share
    from by_step
    group by opportunity_id, replicate, channel
),

-- Each opportunity would be lost or not, whole: a few large ones make the effect a matter of luck.
lost as (
    select
        replicate,
        channel,
        sum(amount * lost_share) as lost_amount,
        sum(power(amount, 2) * lost_share * (1 - lost_share)) as outcome_variance
    from by_opportunity
    group by replicate, channel
),

draws as (
    select
        channel,
        var_samp(lost_amount) as draws_variance
    from lost
    where replicate > 0
    group by channel
),

decided as (
    select
        lost.channel,
        fit.message,
        lost.lost_amount,
        case
            when lost.channel = '(baseline)' then won.amount - lost.lost_amount
            else lost.lost_amount
        end as incremental_revenue,
        coalesce(draws.draws_variance, 0) + lost.outcome_variance as variance,
        draws.channel is not null and fit.message like 'fitted%' as has_interval,
        cast(won.amount as double) as won_amount
    from lost
    cross join won
    cross join fit
    left join draws on lost.channel = draws.channel
    where lost.replicate = 0
),

-- 80 % of a normal distribution lie within 1.28 standard deviations. Observation may also be off by
-- a part of what it finds, which neither draws nor luck show.
response_effects as (
    select
        channel,
        message,
        case when message not like 'No parameters%' then incremental_revenue end
            as incremental_revenue,
        case when has_interval then incremental_revenue - 1.2815515655446004e0 * sqrt(variance) end
            as low,
        case when has_interval then incremental_revenue + 1.2815515655446004e0 * sqrt(variance) end
            as high,
        case
            when message like 'fitted%'
                then sqrt(variance + power({{ var('observational_bias_sd') }} * lost_amount, 2))
        end as standard_error,
        won_amount
    from decided
)

select * from response_effects

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

published as (
    select
        effects.channel,
        'observed' as source,
        cast(
            case when fit.message not like 'No parameters%' then effects.incremental_revenue end
            as decimal(18, 2)
        ) as incremental_revenue,
        cast(
            case when fit.message like 'fitted%' then intervals.low end as decimal(18, 2)
        ) as low,
        cast(
            case when fit.message like 'fitted%' then intervals.high end as decimal(18, 2)
        ) as high,
        cast(won.amount as decimal(18, 2)) as won_amount,
        fit.message
    from effects
    cross join won
    cross join fit
    left join intervals on effects.channel = intervals.channel
    where effects.replicate = 0
)

select * from published

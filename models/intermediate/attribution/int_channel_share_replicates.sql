with credits as (
    select
        *,
        cast(round(credited_conversions * 1e9) as bigint) as credited_billionths
    from {{ ref('int_attribution_channel_credits') }}
    where model <> 'markov'
),

weights as (select * from {{ ref('int_bootstrap_weights') }}),

removal_effects as (select * from {{ ref('int_markov_removal_effects') }}),

-- Model response has the same shares in every replicate; its intervals are in
-- rpt_incremental_effects. Use whole numbers, so that sums do not depend on row order.
weighted as (
    select
        credits.conversion_type,
        credits.model,
        weights.replicate,
        credits.channel,
        credits.credited_billionths * weights.weight as credited_billionths
    from credits
    inner join weights on credits.bootstrap_group = weights.bootstrap_group
    where
        credits.conversion_type in ('mql', 'won', 'order')
        and credits.model <> 'response'
    union all
    select
        conversion_type,
        model,
        0 as replicate,
        channel,
        credited_billionths
    from credits
    where conversion_type not in ('mql', 'won', 'order') or model = 'response'
),

credit_sums as (
    select
        conversion_type,
        model,
        replicate,
        channel,
        cast(sum(credited_billionths) as bigint) as credited_conversions
    from weighted
    group by conversion_type, model, replicate, channel
),

shares as (
    select
        conversion_type,
        model,
        replicate,
        channel,
        cast(credited_conversions as double) / nullif(cast(sum(credited_conversions) over (
            partition by conversion_type, model, replicate
        ) as double), 0) as effect_share
    from credit_sums
    union all
    select
        conversion_type,
        'markov' as model,
        replicate,
        channel,
        effect_share
    from removal_effects
),

-- Add channels not drawn by a replicate with a share of 0.
drawn as (
    select distinct
        conversion_type,
        model,
        replicate
    from shares
    where effect_share is not null
),

channels as (
    select
        conversion_type,
        model,
        channel
    from shares
    where replicate = 0
),

complete as (
    select
        drawn.conversion_type,
        drawn.model,
        drawn.replicate,
        channels.channel,
        round(coalesce(shares.effect_share, 0), 12) as effect_share
    from drawn
    inner join channels
        on drawn.conversion_type = channels.conversion_type and drawn.model = channels.model
    left outer join shares
        on
            drawn.conversion_type = shares.conversion_type
            and drawn.model = shares.model
            and drawn.replicate = shares.replicate
            and channels.channel = shares.channel
),

ranked as (
    select
        *,
        row_number() over (
            partition by conversion_type, model, replicate
            order by effect_share desc nulls last, channel asc nulls last
        ) as channel_rank
    from complete
)

select * from ranked

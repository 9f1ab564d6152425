with conversions as (
    select
        conversion_number,
        conversion_type
    from {{ ref('int_attribution_conversions') }}
),

anchors as (
    select
        conversion_number,
        last_touched_at
    from {{ ref('int_attribution_anchors') }}
),

paths as (
    select
        conversion_number,
        position,
        channel,
        touched_at
    from {{ ref('int_attribution_paths') }}
),

removal_effects as (
    select
        conversion_type,
        channel,
        cast(round(removal_effect * 1e12) as bigint) as markov_weight
    from {{ ref('int_markov_removal_effects') }}
    where replicate = 0
),

path_channels as (
    select
        conversion_number,
        channel,
        count(*) as channel_touches_count
    from paths
    group by conversion_number, channel
),

channel_weights as (
    select
        path_channels.*,
        coalesce(removal_effects.markov_weight, 0) as markov_weight
    from path_channels
    inner join conversions on path_channels.conversion_number = conversions.conversion_number
    left outer join removal_effects
        on
            conversions.conversion_type = removal_effects.conversion_type
            and path_channels.channel = removal_effects.channel
),

-- Use whole numbers, so that sums do not depend on row order. Decay counts back from the newest
-- touch, so that old paths keep their precision.
weighted as (
    select
        paths.conversion_number,
        paths.position,
        channel_weights.channel_touches_count,
        channel_weights.markov_weight,
        cast(round(1e12 * power(
            cast(2 as double),
            -{{ seconds_between('paths.touched_at', 'anchors.last_touched_at') }}
            / (86400 * cast({{ var('time_decay_half_life_days') }} as double))
        )) as bigint) as decay_weight
    from paths
    inner join anchors on paths.conversion_number = anchors.conversion_number
    inner join channel_weights
        on
            paths.conversion_number = channel_weights.conversion_number
            and paths.channel = channel_weights.channel
),

totals as (
    select
        conversion_number,
        cast(sum(decay_weight) as bigint) as decay_total,
        cast(sum(markov_weight) as bigint) as markov_total,
        sum(cast(1 as double) / channel_touches_count) as channels_count
    from weighted
    group by conversion_number
),

fractions as (
    select
        weighted.conversion_number,
        weighted.position,
        cast(weighted.decay_weight as double) / totals.decay_total as decay_fraction,
        cast(weighted.markov_weight as double) / nullif(totals.markov_total, 0) as markov_fraction,
        1 / (round(totals.channels_count) * weighted.channel_touches_count) as shapley_fraction
    from weighted
    inner join totals on weighted.conversion_number = totals.conversion_number
)

select * from fractions

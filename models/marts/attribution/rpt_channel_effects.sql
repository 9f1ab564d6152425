with replicates as (select * from {{ ref('int_channel_share_replicates') }}),

removal_effects as (
    select * from {{ ref('int_markov_removal_effects') }}
    where replicate = 0
),

models as (
    select model
    from {{ ref('int_attribution_models') }}
    where is_published
),

classical_values as (select * from {{ ref('int_classical_values') }}),

converted as (
    select
        conversion_type,
        count(*) as conversions_count
    from {{ ref('fct_conversions') }}
    group by conversion_type
),

estimates as (
    select * from replicates
    where replicate = 0
),

intervals as (
    select
        replicates.conversion_type,
        replicates.model,
        replicates.channel,
        percentile_cont(0.05) within group (order by replicates.effect_share) as low,
        percentile_cont(0.95) within group (order by replicates.effect_share) as high,
        avg(
            case when replicates.channel_rank = estimates.channel_rank then 1.0 else 0.0 end
        ) as rank_stability
    from replicates
    inner join estimates
        on
            replicates.conversion_type = estimates.conversion_type
            and replicates.model = estimates.model
            and replicates.channel = estimates.channel
    where replicates.replicate > 0
    group by replicates.conversion_type, replicates.model, replicates.channel
),

final as (
    select
        estimates.channel,
        estimates.conversion_type,
        estimates.model,
        cast(
            case when estimates.model = 'markov' then removal_effects.removal_effect end as double
        ) as removal_effect,
        cast(estimates.effect_share as double) as effect_share,
        cast(
            case
                when estimates.model = 'markov'
                    then estimates.effect_share * converted.conversions_count
            end as double
        ) as classical_conversions,
        cast(
            case when estimates.model = 'markov' then classical_values.classical_value end
            as decimal(18, 2)
        ) as classical_value,
        cast(intervals.low as double) as low,
        cast(intervals.high as double) as high,
        cast(estimates.channel_rank as bigint) as channel_rank,
        cast(intervals.rank_stability as double) as rank_stability
    from estimates
    inner join models on estimates.model = models.model
    inner join converted on estimates.conversion_type = converted.conversion_type
    left outer join intervals
        on
            estimates.conversion_type = intervals.conversion_type
            and estimates.model = intervals.model
            and estimates.channel = intervals.channel
    left outer join removal_effects
        on
            estimates.conversion_type = removal_effects.conversion_type
            and estimates.channel = removal_effects.channel
    left outer join classical_values
        on
            estimates.conversion_type = classical_values.conversion_type
            and estimates.channel = classical_values.channel
)

select * from final

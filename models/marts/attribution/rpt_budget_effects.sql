with effects as (
    select *
    from {{ ref('rpt_incremental_effects') }}
    where source = 'combined' and channel <> '(baseline)'
),

spend as (
    select
        channel,
        cast(sum(spend) as double) as spend
    from {{ ref('int_spend') }}
    group by channel
    having sum(spend) > 0
),

changes as (
    select levels.spend_change
    from (values (-0.2), (0), (0.2)) as levels (spend_change)
),

winners as (
    select distinct
        step,
        unit_id
    from {{ ref('int_response_winners') }}
),

-- The value of a term is ln(1 + touches).
touched as (
    select
        terms.term as channel,
        terms.value,
        exp(terms.value) - 1 as touches_count
    from {{ ref('int_response_terms') }} as terms
    inner join winners on terms.step = winners.step and terms.unit_id = winners.unit_id
    where terms.is_channel
),

-- Touches follow spend, and the effect follows ln(1 + touches): what the next unit of spend adds at
-- a level of spend, as a multiple of effect / spend today.
slopes as (
    select
        touched.channel,
        changes.spend_change,
        sum(
            touched.touches_count
            / (1 + (1 + cast(changes.spend_change as double)) * touched.touches_count)
        ) / sum(touched.value) as slope
    from touched
    cross join changes
    group by touched.channel, changes.spend_change
),

final as (
    select
        effects.channel,
        cast(changes.spend_change as double) as spend_change,
        cast(spend.spend * (1 + cast(changes.spend_change as double)) as decimal(18, 2)) as spend,
        cast(
            round(cast(effects.incremental_revenue as double) * slopes.slope / spend.spend, 5)
            as double
        ) as marginal_revenue,
        cast(round(cast(effects.low as double) * slopes.slope / spend.spend, 5) as double) as low,
        cast(round(cast(effects.high as double) * slopes.slope / spend.spend, 5) as double) as high
    from effects
    cross join changes
    left join spend on effects.channel = spend.channel
    left join slopes
        on effects.channel = slopes.channel and changes.spend_change = slopes.spend_change
)

select * from final

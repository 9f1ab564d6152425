with models as (
    select model_number
    from {{ ref('int_attribution_models') }}
    where is_response
),

opportunities as (
    select opportunity_id
    from {{ ref('int_opportunities') }}
    where opportunity_type = 'new_business'
),

-- The response model estimates new business only.
conversions as (
    select
        numbered.conversion_number,
        models.model_number,
        conversions.conversion_value,
        opportunities.opportunity_id is not null as is_estimated
    from {{ ref('int_attribution_conversions') }} as numbered
    inner join {{ ref('int_conversions') }} as conversions
        on numbered.conversion_id = conversions.conversion_id
    cross join models
    left join opportunities on conversions.opportunity_id = opportunities.opportunity_id
),

won as (
    select cast(won_amount as double) as won_amount
    from {{ ref('int_response_effects') }}
    where channel = '(baseline)' and won_amount > 0
),

effects as (
    select * from {{ ref('int_combined_effects') }}
    where incremental_revenue > 0
),

baseline as (
    select least(coalesce(max(effects.incremental_revenue) / max(won.won_amount), 0), 1) as share
    from won
    left join effects on effects.channel = '(baseline)'
),

shares as (
    select
        effects.channel,
        round(
            (1 - baseline.share) * effects.incremental_revenue
            / sum(effects.incremental_revenue) over (), 12
        ) as credit_share
    from effects
    cross join baseline
    where effects.channel <> '(baseline)'
),

weighted as (
    select
        channel,
        credit_share,
        sum(credit_share) over (order by channel asc nulls last) as cumulative_weight,
        1 as total_weight
    from shares
    where credit_share > 0
),

channel_credits as (
    select
        conversions.conversion_number,
        conversions.model_number,
        weighted.channel,
        weighted.credit_share,
        {{ split_to_cents(
            'conversions.conversion_value', 'conversions.conversion_number',
            'weighted.channel asc nulls last'
        ) }} as credited_value
    from conversions
    cross join weighted
    where conversions.is_estimated
),

totals as (
    select
        conversion_number,
        sum(credit_share) as credit_share,
        sum(credited_value) as credited_value
    from channel_credits
    group by conversion_number
),

-- The baseline has the rest, to the cent. Conversions that are not estimated are unattributed.
credits as (
    select
        conversion_number,
        model_number,
        channel,
        credit_share,
        cast(credited_value as decimal(18, 2)) as credited_value
    from channel_credits
    union all
    select
        conversions.conversion_number,
        conversions.model_number,
        case when conversions.is_estimated then '(baseline)' else '(unattributed)' end as channel,
        greatest(round(1 - coalesce(totals.credit_share, 0), 12), 0) as credit_share,
        cast(
            conversions.conversion_value - coalesce(totals.credited_value, 0) as decimal(18, 2)
        ) as credited_value
    from conversions
    left join totals on conversions.conversion_number = totals.conversion_number
)

select * from credits

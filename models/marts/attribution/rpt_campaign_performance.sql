with credits as (select * from {{ ref('int_credits_by_month') }}),

spend as (
    select
        coalesce(campaign_id, '(none)') as campaign_id,
        spend_type,
        cast(date_trunc('month', spend_date) as date) as period_month,
        sum(spend) as spend
    from {{ ref('int_spend') }}
    where spend_date is not null
    group by all
),

spend_types as (
    select
        campaign_id,
        min(spend_type) as spend_type
    from spend
    where campaign_id <> '(none)'
    group by campaign_id
),

campaigns as (
    select
        campaign_id,
        campaign_name
    from {{ ref('dim_campaigns') }}
),

slices as (select * from {{ ref('int_attribution_slices') }}),

-- Repeat all spend in every slice. Keep spend without credit and credit without spend.
amounts as (
    select
        credits.campaign_id,
        coalesce(spend_types.spend_type, '(none)') as spend_type,
        credits.model,
        credits.conversion_type,
        credits.basis,
        credits.credited_conversions,
        credits.credited_value,
        credits.credited_margin,
        cast(0 as decimal(18, 2)) as spend,
        credits.is_revenue,
        credits.period_month
    from credits
    left outer join spend_types on credits.campaign_id = spend_types.campaign_id
    union all
    select
        spend.campaign_id,
        spend.spend_type,
        slices.model,
        slices.conversion_type,
        slices.basis,
        cast(0 as double) as credited_conversions,
        cast(0 as decimal(18, 2)) as credited_value,
        cast(0 as decimal(18, 2)) as credited_margin,
        spend.spend,
        slices.is_revenue,
        spend.period_month
    from spend
    cross join slices
),

totals as (
    select
        campaign_id,
        spend_type,
        model,
        conversion_type,
        basis,
        is_revenue,
        period_month,
        cast(sum(credited_conversions) as double) as credited_conversions,
        cast(sum(credited_value) as decimal(18, 2)) as credited_value,
        cast(sum(credited_margin) as decimal(18, 2)) as credited_margin,
        cast(sum(spend) as decimal(18, 2)) as spend
    from amounts
    group by campaign_id, spend_type, model, conversion_type, basis, is_revenue, period_month
),

final as (
    select
        totals.campaign_id,
        campaigns.campaign_name,
        totals.model,
        totals.conversion_type,
        totals.basis,
        totals.spend_type,
        totals.credited_conversions,
        totals.credited_value,
        totals.credited_margin,
        totals.spend,
        case
            when totals.is_revenue
                then cast(totals.credited_value as double) / nullif(cast(totals.spend as double), 0)
        end as roas,
        case
            when totals.is_revenue
                then {{ marketing_return('totals.credited_margin', 'totals.spend') }}
        end as mroi,
        {{ cost_per_conversion('totals.spend', 'totals.credited_conversions') }}
            as cost_per_conversion,
        totals.period_month
    from totals
    left outer join campaigns on totals.campaign_id = campaigns.campaign_id
)

select * from final

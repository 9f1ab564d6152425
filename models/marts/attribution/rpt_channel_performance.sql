with credits as (
    select
        *,
        cast(date_trunc('month', {{ reporting_date('converted_at') }}) as date) as conversion_month,
        cast(date_trunc('month', {{ reporting_date('coalesce(touched_at, converted_at)') }}) as date) as touch_month
    from {{ ref('fct_attribution_credits') }}
    where converted_at is not null
),

spend as (
    select
        channel,
        cast(date_trunc('month', spend_date) as date) as period_month,
        sum(spend) as spend
    from {{ ref('int_spend') }}
    where spend_date is not null
    group by channel, cast(date_trunc('month', spend_date) as date)
),

slices as (
    select * from {{ ref('int_attribution_slices') }}
),

gross_margin as (
    select coalesce(avg(cast(gross_margin as double)), {{ var('gross_margin_default') }}) as gross_margin
    from {{ ref('gross_margins') }}
),

bases as (
    select distinct basis from slices
),

credited_by_months as (
    select
        conversion_month,
        touch_month,
        channel,
        model,
        conversion_type,
        sum(credit_share) as credited_conversions,
        sum(credited_value) as credited_value
    from credits
    group by conversion_month, touch_month, channel, model, conversion_type
),

credited as (
    select
        case
            when bases.basis = 'touch_month' then months.touch_month else months.conversion_month
        end as period_month,
        months.channel,
        months.model,
        months.conversion_type,
        bases.basis,
        sum(months.credited_conversions) as credited_conversions,
        sum(months.credited_value) as credited_value
    from credited_by_months as months
    cross join bases
    group by all
),

-- Spend repeats in every model, type and basis, so that each of these slices has all of it.
spent as (
    select
        spend.period_month,
        spend.channel,
        slices.model,
        slices.conversion_type,
        slices.basis,
        spend.spend
    from spend
    cross join slices
),

-- Spend without credit and credit without spend stay.
combined as (
    select
        coalesce(credited.period_month, spent.period_month) as period_month,
        coalesce(credited.channel, spent.channel) as channel,
        coalesce(credited.model, spent.model) as model,
        coalesce(credited.conversion_type, spent.conversion_type) as conversion_type,
        coalesce(credited.basis, spent.basis) as basis,
        cast(coalesce(credited.credited_conversions, 0) as double) as credited_conversions,
        cast(coalesce(credited.credited_value, 0) as decimal(18, 2)) as credited_value,
        cast(coalesce(spent.spend, 0) as decimal(18, 2)) as spend
    from credited
    full outer join spent
        on
            credited.period_month = spent.period_month
            and credited.channel = spent.channel
            and credited.model = spent.model
            and credited.conversion_type = spent.conversion_type
            and credited.basis = spent.basis
),

final as (
    select
        combined.channel,
        combined.model,
        combined.conversion_type,
        combined.basis,
        combined.credited_conversions,
        combined.credited_value,
        combined.spend,
        case
            when slices.is_revenue
                then cast(combined.credited_value as double) / nullif(cast(combined.spend as double), 0)
        end as roas,
        case
            when slices.is_revenue
                then (
                    cast(combined.credited_value as double) * gross_margin.gross_margin
                    - cast(combined.spend as double)
                ) / nullif(cast(combined.spend as double), 0)
        end as mroi,
        cast(combined.spend as double) / nullif(combined.credited_conversions, 0) as cost_per_conversion,
        combined.period_month
    from combined
    inner join slices
        on
            combined.model = slices.model
            and combined.conversion_type = slices.conversion_type
            and combined.basis = slices.basis
    cross join gross_margin
)

select * from final

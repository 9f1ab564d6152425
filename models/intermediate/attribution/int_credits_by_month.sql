with slices as (select * from {{ ref('int_attribution_slices') }}),

credits as (
    select
        model,
        conversion_type,
        channel,
        coalesce(campaign_id, '(none)') as campaign_id,
        coalesce(utm_content, '(none)') as utm_content,
        coalesce(utm_term, '(none)') as utm_term,
        converted_month,
        coalesce(touched_month, converted_month) as touched_month,
        sum(credit_share) as credited_conversions,
        sum(credited_value) as credited_value,
        sum({{ wide_amount('credited_value') }} * gross_margin) as credited_margin
    from {{ ref('int_attribution_credits') }}
    where is_published and converted_month is not null
    group by all
),

credits_by_month as (
    select
        credits.model,
        credits.conversion_type,
        slices.basis,
        slices.is_revenue,
        credits.channel,
        credits.campaign_id,
        credits.utm_content,
        credits.utm_term,
        cast(sum(credits.credited_conversions) as double) as credited_conversions,
        cast(sum(credits.credited_value) as decimal(18, 2)) as credited_value,
        cast(sum(credits.credited_margin) as decimal(18, 2)) as credited_margin,
        case
            when slices.basis = 'touch_month' then credits.touched_month
            else credits.converted_month
        end as period_month
    from credits
    inner join slices
        on credits.model = slices.model and credits.conversion_type = slices.conversion_type
    group by all
)

select * from credits_by_month

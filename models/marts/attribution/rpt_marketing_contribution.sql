with conversions as (
    select
        conversion_id,
        opportunity_id,
        conversion_value,
        cast({{ wide_amount('conversion_value') }} * gross_margin as decimal(18, 2))
            as conversion_margin,
        cast(date_trunc('month', {{ reporting_date('converted_at') }}) as date) as period_month
    from {{ ref('int_conversions') }}
    where conversion_type = 'won' and converted_at is not null
),

opportunities as (
    select
        opportunity_id,
        opportunity_type
    from {{ ref('int_opportunities') }}
),

marketing_paths as (select * from {{ ref('int_marketing_paths') }}),

sales_costs as (select * from {{ ref('sales_costs') }}),

spend as (
    select
        cast(date_trunc('month', spend_date) as date) as period_month,
        sum(spend) as marketing_spend
    from {{ ref('int_spend') }}
    where spend_date is not null
    group by all
),

won as (
    select
        conversions.period_month,
        sum(conversions.conversion_value) as won_amount,
        sum(
            case
                when
                    marketing_paths.starts_with_marketing
                    and opportunities.opportunity_type = 'new_business'
                    then conversions.conversion_value
                else 0
            end
        ) as sourced_amount,
        sum(case when marketing_paths.has_marketing then conversions.conversion_value else 0 end)
            as influenced_amount,
        sum(conversions.conversion_margin) as won_margin,
        sum(case when marketing_paths.has_marketing then conversions.conversion_margin else 0 end)
            as influenced_margin
    from conversions
    left outer join opportunities
        on conversions.opportunity_id = opportunities.opportunity_id
    left outer join marketing_paths
        on conversions.conversion_id = marketing_paths.conversion_id
    group by conversions.period_month
),

months as (
    select period_month from won
    union distinct
    select period_month from spend
),

amounts as (
    select
        months.period_month,
        cast(coalesce(won.won_amount, 0) as decimal(18, 2)) as won_amount,
        cast(coalesce(won.sourced_amount, 0) as decimal(18, 2)) as sourced_amount,
        cast(coalesce(won.influenced_amount, 0) as decimal(18, 2)) as influenced_amount,
        cast(coalesce(won.won_margin, 0) as decimal(18, 2)) as won_margin,
        cast(coalesce(won.influenced_margin, 0) as decimal(18, 2)) as influenced_margin,
        cast(coalesce(spend.marketing_spend, 0) as decimal(18, 2)) as marketing_spend,
        cast(sales_costs.sales_cost as decimal(18, 2)) as sales_cost
    from months
    left outer join won on months.period_month = won.period_month
    left outer join spend on months.period_month = spend.period_month
    left outer join sales_costs
        on
            months.period_month >= sales_costs.valid_from
            and (sales_costs.valid_to is null or months.period_month < sales_costs.valid_to)
),

final as (
    select
        won_amount,
        sourced_amount,
        influenced_amount,
        cast(won_amount - influenced_amount as decimal(18, 2)) as not_influenced_amount,
        won_margin,
        influenced_margin,
        marketing_spend,
        {{ marketing_return('influenced_margin', 'marketing_spend') }} as influenced_mroi,
        sales_cost,
        {{ marketing_return('won_margin', 'sales_cost') }} as sales_roi,
        period_month
    from amounts
)

select * from final

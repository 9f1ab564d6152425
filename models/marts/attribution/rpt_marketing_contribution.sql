with conversions as (
    select
        conversion_id,
        opportunity_id,
        conversion_value,
        cast(date_trunc('month', {{ reporting_date('converted_at') }}) as date) as period_month
    from {{ ref('fct_conversions') }}
    where conversion_type = 'won' and converted_at is not null
),

opportunities as (
    select
        opportunity_id,
        opportunity_type
    from {{ ref('int_opportunities') }}
),

marketing_paths as (
    select * from {{ ref('int_marketing_paths') }}
),

sales_costs as (
    select * from {{ ref('sales_costs') }}
),

spend as (
    select
        cast(date_trunc('month', spend_date) as date) as period_month,
        sum(spend) as marketing_spend
    from {{ ref('int_spend') }}
    where spend_date is not null
    group by all
),

gross_margin as (
    select coalesce(avg(gross_margin), {{ var('gross_margin_default') }}) as gross_margin
    from {{ ref('gross_margins') }}
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
            as influenced_amount
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
        amounts.won_amount,
        amounts.sourced_amount,
        amounts.influenced_amount,
        cast(amounts.won_amount - amounts.influenced_amount as decimal(18, 2))
            as not_influenced_amount,
        amounts.marketing_spend,
        {{ marketing_return('amounts.influenced_amount', 'amounts.marketing_spend') }} as mroi,
        amounts.sales_cost,
        {{ marketing_return('amounts.won_amount', 'amounts.sales_cost') }} as sales_roi,
        amounts.period_month
    from amounts
    cross join gross_margin
)

select * from final

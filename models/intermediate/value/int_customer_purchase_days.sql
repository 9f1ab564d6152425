with lines as (
    select * from {{ ref('int_revenue_lines') }}
    where customer_id <> '(unknown)'
),

contract_customers as (select * from {{ ref('int_contract_customers') }}),

gross_margins as (select * from {{ ref('gross_margins') }}),

as_of as (select * from {{ ref('as_of') }}),

purchase_days as (
    select
        lines.customer_id,
        cast(sum(lines.amount) as decimal(18, 2)) as amount,
        cast(sum(
            {{ wide_amount('lines.amount') }} * coalesce(
                gross_margins.gross_margin,
                cast({{ var('gross_margin_default') }} as decimal(8, 6))
            )
        ) as decimal(38, 8)) as margin_amount,
        lines.revenue_date as purchase_date
    from lines
    cross join as_of
    left outer join gross_margins on lines.product_line = gross_margins.product_line
    left outer join contract_customers on lines.customer_id = contract_customers.customer_id
    where contract_customers.customer_id is null and lines.revenue_date <= as_of.as_of_date
    group by lines.customer_id, lines.revenue_date
    having bool_or(lines.line_type = 'sale')
)

select * from purchase_days

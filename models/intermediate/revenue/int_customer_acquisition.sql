with conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type in ('won', 'order')
),

credits as (
    select * from {{ ref('int_attribution_credits') }}
    where model = '{{ var("cac_attribution_model") }}'
),

lines as (
    select * from {{ ref('int_revenue_lines') }}
),

converted_orders as (
    select distinct order_id
    from conversions
    where conversion_type = 'order' and order_id is not null
),

order_customers as (
    select
        lines.order_id,
        min(lines.customer_id) as customer_id
    from lines
    inner join converted_orders on lines.order_id = converted_orders.order_id
    where lines.customer_id <> '(unknown)'
    group by lines.order_id
),

-- The customer of an order is the one of its lines; a deal is won with its account.
customer_conversions as (
    select
        conversions.conversion_id,
        case
            when conversions.conversion_type = 'order' then order_customers.customer_id
            else conversions.account_id
        end as customer_id,
        conversions.converted_at
    from conversions
    left outer join order_customers on conversions.order_id = order_customers.order_id
),

first_conversions as (
    select
        customer_id,
        conversion_id,
        converted_at
    from customer_conversions
    where customer_id is not null
    qualify row_number() over (
        partition by customer_id order by converted_at asc nulls last, conversion_id asc nulls last
    ) = 1
),

channel_credits as (
    select
        first_conversions.customer_id,
        first_conversions.conversion_id,
        first_conversions.converted_at,
        credits.channel,
        sum(credits.credit_share) as credit_share
    from first_conversions
    inner join credits on first_conversions.conversion_id = credits.conversion_id
    group by all
),

-- Shares are rounded, so that a tie is a tie on every engine.
strongest as (
    select
        customer_id,
        conversion_id,
        channel as acquisition_channel,
        converted_at as acquired_at
    from channel_credits
    qualify row_number() over (
        partition by customer_id
        order by round(credit_share, 9) desc nulls last, channel asc nulls last
    ) = 1
)

select * from strongest

with conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type in ('won', 'order')
),

credits as (
    select * from {{ ref('int_attribution_credits') }}
    where model = '{{ var("cac_attribution_model") }}'
),

paths as (
    select * from {{ ref('int_attribution_paths') }}
),

lines as (
    select * from {{ ref('int_revenue_lines') }}
),

order_customers as (
    select
        order_id,
        min(customer_id) as customer_id
    from lines
    where order_id is not null and customer_id <> '(unknown)'
    group by order_id
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
        case
            when credits.position is null then '(unattributed)'
            when paths.is_hidden then '(hidden by consent)'
            else paths.channel
        end as channel,
        sum(credits.credit_share) as credit_share
    from first_conversions
    inner join credits on first_conversions.conversion_id = credits.conversion_id
    left outer join paths
        on credits.conversion_id = paths.conversion_id and credits.position = paths.position
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

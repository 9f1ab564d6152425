with conversions as (
    select * from {{ ref('int_conversions') }}
    where conversion_type in ('won', 'order')
),

credits as (
    select * from {{ ref('int_attribution_credits') }}
    where model = '{{ var("cac_attribution_model") }}'
),

orders as (
    select
        order_key,
        customer_id
    from {{ ref('int_orders') }}
),

-- The customer of an order is the one of its lines; a deal is won with its account.
customer_conversions as (
    select
        conversions.conversion_id,
        case
            when conversions.conversion_type = 'order' then orders.customer_id
            else conversions.account_id
        end as customer_id,
        conversions.converted_at
    from conversions
    left outer join orders on conversions.conversion_id = orders.order_key
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

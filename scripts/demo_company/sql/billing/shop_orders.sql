-- Small firms and freelancers who buy packs of credits by card when they need them. How often each
-- buys is drawn from an exponential rate; after every order some never come back.
create table shop_orders as
with shoppers as (
    select
        shopper,
        'cus_c' || shopper as customer_id,
        lower(
            pick(first_names(), u(shopper, 'shop name'))
            || '.'
            || pick(last_names(), u(shopper, 'shop name 2'))
        ) || shopper || '@' || pick(
            ['gmail.com', 'outlook.com', 'studio' || shopper || '.example'], u(shopper, 'shop mail')
        ) as email,
        currency,
        u(shopper, 'shops online') < 0.25 as is_online,
        pick([1, 1, 1, 2, 2, 3, 5], u(shopper, 'usual packs')) as usual_packs,
        -(ln(1 - u(shopper, 'rate')) + ln(1 - u(shopper, 'rate 2'))) / 20.0 as orders_a_week,
        1 - pow(1 - u(shopper, 'leaves'), 1 / 5.0) as leaving_share,
        web_time(day_slots.day, shopper) as first_order_at
    from range(1, {{ shoppers }} + 1) as numbers (shopper)
    inner join day_slots on day_slots.slot = floor(u(shopper, 'first order') * 65536)::bigint
    inner join exchange_currency
        on exchange_currency.country = pick(countries(), u(shopper, 'shop country'))
),

orders as (
    select
        *,
        shopper * 100 + number as shop_order,
        floor(case
            when number = 0 then 0
            else -ln(1 - u(shopper * 100 + number, 'gap')) / orders_a_week * 604800
        end)::bigint as seconds_since_previous,
        number > 0 and u(shopper * 100 + number, 'left') < leaving_share as is_gone
    from shoppers, range(60) as numbers (number)
),

timed as (
    select
        *,
        first_order_at + to_seconds(
            sum(seconds_since_previous) over (partition by shopper order by number)::bigint
        ) as ordered_at,
        bool_or(is_gone) over (partition by shopper order by number) as has_left
    from orders
)

select
    shop_order,
    shopper,
    number,
    customer_id,
    email,
    is_online,
    timed.currency,
    price_id,
    to_second(ordered_at) as ordered_at,
    greatest(1, usual_packs + pick([-1, 0, 0, 0, 1], u(shop_order, 'packs'))) as packs,
    packs * unit_amount as amount
from timed
inner join price_list
    on timed.currency = price_list.currency and price_list.product_line = 'Credits'
where not has_left and ordered_at <= as_of_end() - interval 1 day

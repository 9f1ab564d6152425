-- Some shoppers buy on the website: a first visit, a sign-up, and a visit for most of their orders.
insert into sessions by name
with visits as (
    select
        shop_order,
        shopper,
        number,
        email,
        currency,
        amount,
        ordered_at,
        unnest(case number when 0 then [0, 1, 2] else [2] end) as visit
    from shop_orders
    where is_online and (number = 0 or u(shop_order, 'ordered online') < 0.5)
),

placed as (
    select
        *,
        (shop_order * 4 + visit) + 2000000000000 as session,
        shopper + 2000000000000 as device,
        case visit
            when 0 then ordered_at - seconds_of(3 + u(shopper, 'first look') * 20)
            when 1 then ordered_at - seconds_of(0.2 + u(shopper, 'signs up') * 2)
            else ordered_at - interval 3 minute
        end as visited_at
    from visits
)

select
    session,
    device,
    null::bigint as person,
    pick(options, u(session, 'variant'))::integer as variant,
    (case visit when 2 then 2 else 1 + floor(u(session, 'pages') * 3) end)::integer as pages_count,
    to_second(visited_at) as started_at,
    case visit when 1 then 'signed_up' when 2 then 'order_completed' end as conversion,
    visit = 1 as is_identified,
    false as has_repeat,
    case when visit = 2 then 'u_t' || device end as user_id,
    case when visit > 0 then email end as email,
    case when visit = 2 then 'shop_' || shop_order end as order_id,
    case
        when visit = 2
            then case when currency = 'JPY' then amount else amount / 100.0 end
    end::decimal(18, 2) as order_value,
    case when visit = 2 then currency end as order_currency
from placed
inner join mix_slots
    on
        mix_slots.mix = case visit when 2 then 5 else 0 end
        and mix_slots.slot = floor(
            u(session, 'channel')
            * case visit when 2 then {{ after_sale_slots_count }} else {{ first_slots_count }} end
        )::bigint
inner join channel_variants
    on channel_variants.channel = case
        when mix_slots.channel in {{ offline }} then 'Direct' else mix_slots.channel
    end
where visited_at >= timestamp '2024-01-01'

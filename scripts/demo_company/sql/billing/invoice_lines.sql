create table invoice_lines as
with periods as (
    select
        *,
        to_second(started_at + to_months(period_month::integer)) as period_start,
        to_second(started_at + to_months((period_month + months)::integer)) as period_end
    from contract_months
),

regular as (
    select
        'in_' || contract || '_' || month_number as invoice_id,
        1 as line_number,
        * exclude (seats, wanted_change),
        seats_after * unit_amount as amount,
        seats_after as quantity,
        false as proration,
        product_line || ' ' || plan_interval || ' plan, ' || seats_after
        || ' seats' as description,
        case when u(contract, 'discount') < 0.15 then seats_after * unit_amount // 10
        end as discount_amount,
        period_start as line_start
    from periods
    where month_number % months = 0
),

prorated as (
    select
        'in_' || contract || '_' || month_number as invoice_id,
        side as line_number,
        * exclude (seats, wanted_change, side),
        case side
            when 1
                then -(
                    seats_before * unit_amount
                    * (months - month_number % months) // months
                )
            else seats_after * unit_amount * (months - month_number % months) // months
        end as amount,
        case side when 1 then seats_before else seats_after end as quantity,
        true as proration,
        case side
            when
                1 then 'Unused time on ' || seats_before else
                'Remaining time on '
                || seats_after
        end
        || ' seats ' || product_line as description,
        null::bigint as discount_amount,
        month_at as line_start
    from periods, (values (1), (2)) as sides (side)
    where month_number % months <> 0 and seats_after > seats_before
),

services as (
    select
        'in_' || contract || '_s' || order_number as invoice_id,
        1 as line_number,
        contracts.* exclude (product_line, price_id, unit_amount),
        'Services' as product_line,
        prices.price_id,
        prices.unit_amount * days as amount,
        days as quantity,
        false as proration,
        case order_number when 1 then 'Implementation' else 'Training' end || ', ' || days
        || ' days' as description,
        in_office(started_at + seconds_of(10 + u(
            contract * 10 + order_number,
            'services'
        ) * 200), u(contract, 'service hour')) as line_start
    from (
        select
            *,
            order_number,
            whole(u(contract * 10 + order_number, 'days'), 1, 4) as days
        from contracts, (values (1), (2)) as orders (order_number)
        where number = 1 and u(
            contract * 10 + order_number, 'buys') < case order_number
            when 1
                then 0.35
            else 0.15
        end
    ) as contracts
    inner join price_list
        as prices on contracts.currency = prices.currency
    and prices.product_line = 'Services'
)

select * from regular
union all by name
select * from prorated
union all by name
select
    * exclude (seats, order_number, days),
    to_second(line_start) as period_start,
    to_second(line_start) as period_end
from services
where line_start <= as_of_end()

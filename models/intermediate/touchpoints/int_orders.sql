with sale_lines as (
    select
        order_id,
        customer_id,
        person_id,
        account_id,
        product_line,
        amount,
        revenue_at
    from {{ ref('int_revenue_lines') }}
    where line_type = 'sale' and order_id is not null and person_id is not null
),

order_events as (select * from {{ ref('int_order_events') }}),

billed_orders as (
    select distinct lines.order_id
    from {{ ref('int_revenue_lines') }} as lines
    inner join order_events on lines.order_id = order_events.order_id
),

-- A shop without a CRM identifies buyers by the user ids of its web events.
known_people as (
    select
        identifier,
        person_key
    from {{ ref('int_person_identifiers') }}
    where identifier_type in ('crm', 'user')
    qualify row_number() over (partition by identifier order by identifier_type asc nulls last) = 1
),

people as (
    select
        person_key,
        account_id
    from {{ ref('int_people') }}
),

gross_margins as (select * from {{ ref('gross_margins') }}),

-- A buyer unknown to identity gets the key that a CRM record would have given.
lines_with_people as (
    select
        sale_lines.order_id,
        sale_lines.customer_id,
        sale_lines.account_id,
        known_people.person_key,
        coalesce(known_people.person_key, md5('crm:' || sale_lines.person_id)) as visitor_key,
        sale_lines.amount,
        coalesce(
            gross_margins.gross_margin, cast({{ var('gross_margin_default') }} as decimal(8, 6))
        ) as gross_margin,
        sale_lines.revenue_at
    from sale_lines
    left outer join gross_margins on sale_lines.product_line = gross_margins.product_line
    left outer join known_people on sale_lines.person_id = known_people.identifier
),

orders as (
    select
        md5(concat_ws('|', 'order', 'line', order_id, visitor_key)) as order_key,
        order_id,
        min(customer_id) as customer_id,
        visitor_key,
        person_key,
        null as device_key,
        min(account_id) as line_account_id,
        cast(sum(amount) as decimal(18, 2)) as order_value,
        round(
            {{ rate('sum(' ~ wide_amount('amount') ~ ' * gross_margin)', 'sum(amount)') }}, 10
        ) as gross_margin,
        min(revenue_at) as ordered_at
    from lines_with_people
    group by order_id, visitor_key, person_key
    union all
    select
        md5(
            concat_ws('|', 'order', 'event', coalesce(order_events.order_id, order_events.event_id))
        ) as order_key,
        order_events.order_id,
        cast(null as string) as customer_id,
        order_events.visitor_key,
        order_events.person_key,
        order_events.device_key,
        cast(null as string) as line_account_id,
        coalesce(order_events.order_value, 0) as order_value,
        cast(null as double) as gross_margin,
        order_events.occurred_at as ordered_at
    from order_events
    left outer join billed_orders on order_events.order_id = billed_orders.order_id
    where billed_orders.order_id is null
),

with_accounts as (
    select
        orders.order_key,
        orders.order_id,
        orders.customer_id,
        orders.visitor_key,
        orders.person_key,
        orders.device_key,
        coalesce(orders.line_account_id, people.account_id) as account_id,
        orders.order_value,
        orders.gross_margin,
        orders.ordered_at
    from orders
    left outer join people on orders.person_key = people.person_key
)

select * from with_accounts

with sale_lines as (
    select
        order_id,
        person_id,
        account_id,
        amount,
        revenue_at
    from {{ ref('int_revenue_lines') }}
    where line_type = 'sale' and order_id is not null and person_id is not null
),

billed_orders as (
    select distinct order_id
    from {{ ref('int_revenue_lines') }}
    where order_id is not null
),

order_events as (
    select * from {{ ref('int_order_events') }}
),

crm_people as (
    select
        identifier,
        person_key
    from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

people as (
    select
        person_key,
        account_id
    from {{ ref('int_people') }}
),

-- A person whom the CRM does not know keeps the key that the CRM record would have given.
lines_with_people as (
    select
        sale_lines.order_id,
        sale_lines.account_id,
        crm_people.person_key,
        coalesce(crm_people.person_key, md5('crm:' || sale_lines.person_id)) as visitor_key,
        sale_lines.amount,
        sale_lines.revenue_at
    from sale_lines
    left outer join crm_people on sale_lines.person_id = crm_people.identifier
),

orders as (
    select
        md5(concat_ws('|', 'order', 'line', order_id, visitor_key)) as order_key,
        order_id,
        visitor_key,
        person_key,
        min(account_id) as line_account_id,
        cast(sum(amount) as decimal(18, 2)) as order_value,
        min(revenue_at) as ordered_at
    from lines_with_people
    group by order_id, visitor_key, person_key
    union all
    select
        md5(
            concat_ws('|', 'order', 'event', coalesce(order_events.order_id, order_events.event_id))
        ) as order_key,
        order_events.order_id,
        order_events.visitor_key,
        order_events.person_key,
        cast(null as string) as line_account_id,
        coalesce(order_events.order_value, 0) as order_value,
        order_events.occurred_at as ordered_at
    from order_events
    left outer join billed_orders on order_events.order_id = billed_orders.order_id
    where billed_orders.order_id is null
),

with_accounts as (
    select
        orders.order_key,
        orders.order_id,
        orders.visitor_key,
        orders.person_key,
        coalesce(orders.line_account_id, people.account_id) as account_id,
        orders.order_value,
        orders.ordered_at
    from orders
    left outer join people on orders.person_key = people.person_key
)

select * from with_accounts

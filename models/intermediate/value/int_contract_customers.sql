with versions as (
    select * from {{ ref('int_subscription_versions') }}
    where mrr > 0
),

recurring_lines as (
    select * from {{ ref('int_recurring_lines') }}
    where mrr > 0
),

contracts as (
    select
        customer_id,
        account_id,
        started_date
    from versions
    union all
    select
        customer_id,
        account_id,
        active_from as started_date
    from recurring_lines
),

customers as (
    select
        customer_id,
        max(account_id) as account_id,
        min(started_date) as started_date
    from contracts
    where customer_id <> '(unknown)'
    group by customer_id
)

select * from customers

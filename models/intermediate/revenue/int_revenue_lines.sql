with revenue_lines as (
    select * from {{ ref('revenue_lines') }}
),

customer_accounts as (
    select * from {{ ref('int_customer_accounts') }}
),

survivors as (
    select * from {{ ref('int_account_survivors') }}
),

exchange_rates as (
    select * from {{ ref('int_exchange_rates') }}
),

with_defaults as (
    select
        *,
        coalesce(line_type, case when amount < 0 then 'refund' else 'sale' end) as known_line_type,
        coalesce(is_recurring, subscription_id is not null) as known_is_recurring,
        upper(trim(currency)) as known_currency,
        {{ reporting_date('revenue_at') }} as revenue_date
    from revenue_lines
),

-- The line's own account first, then what is known of its subscription, its customer, its person.
with_account as (
    select
        with_defaults.*,
        coalesce(
            survivors.survivor_id,
            with_defaults.account_id,
            of_subscription.account_id,
            of_customer.account_id,
            of_person.account_id
        ) as resolved_account_id
    from with_defaults
    left join survivors on with_defaults.account_id = survivors.merged_id
    left join customer_accounts as of_subscription
        on
            with_defaults.subscription_id = of_subscription.identifier
            and of_subscription.identifier_type = 'subscription'
    left join customer_accounts as of_customer
        on
            with_defaults.customer_id = of_customer.identifier
            and of_customer.identifier_type = 'customer'
    left join customer_accounts as of_person
        on
            with_defaults.person_id = of_person.identifier
            and of_person.identifier_type = 'person'
),

converted as (
    select
        lines.source_system,
        lines.line_id,
        lines.order_id,
        lines.refunded_line_id,
        lines.known_line_type as line_type,
        coalesce(
            lines.resolved_account_id, lines.person_id, lines.customer_id, '(unknown)'
        ) as customer_id,
        lines.resolved_account_id as account_id,
        lines.person_id,
        lines.customer_id as source_customer_id,
        lines.subscription_id,
        coalesce(lines.product_line, '(unknown)') as product_line,
        coalesce(lines.known_currency, '{{ var("reporting_currency") }}') as currency,
        lines.known_is_recurring as is_recurring,
        lines.amount as source_amount,
        {{ to_reporting_currency(
            'lines.amount', 'lines.known_currency', 'exchange_rates.rate', 'lines.revenue_date'
        ) }} as amount,
        lines.service_start_date,
        lines.service_end_date,
        lines.revenue_date,
        lines.revenue_at
    from with_account as lines
    left join exchange_rates
        on
            lines.known_currency = exchange_rates.currency
            and lines.revenue_date = exchange_rates.rate_date
)

select * from converted

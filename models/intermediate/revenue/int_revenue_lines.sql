with revenue_lines as (select * from {{ ref('revenue_lines') }}),

set_aside as (select * from {{ ref('int_revenue_lines_set_aside') }}),

customer_accounts as (select * from {{ ref('int_customer_accounts') }}),

survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'account'
),

rates as (select * from {{ ref('int_revenue_rates') }}),

with_defaults as (
    select
        revenue_lines.*,
        coalesce(
            revenue_lines.line_type,
            case when revenue_lines.amount < 0 then 'refund' else 'sale' end
        ) as known_line_type,
        coalesce(revenue_lines.is_recurring, revenue_lines.subscription_id is not null)
            as known_is_recurring,
        upper(trim(revenue_lines.currency)) as known_currency,
        {{ reporting_date('revenue_lines.revenue_at') }} as revenue_date
    from revenue_lines
    left outer join set_aside on revenue_lines.line_id = set_aside.line_id
    where set_aside.line_id is null
),

-- Prefer the line's own account, then that of its subscription, customer and person.
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
    left outer join survivors on with_defaults.account_id = survivors.merged_id
    left outer join customer_accounts as of_subscription
        on
            with_defaults.subscription_id = of_subscription.identifier
            and of_subscription.identifier_type = 'subscription'
    left outer join customer_accounts as of_customer
        on
            with_defaults.customer_id = of_customer.identifier
            and of_customer.identifier_type = 'customer'
    left outer join customer_accounts as of_person
        on
            with_defaults.person_id = of_person.identifier
            and of_person.identifier_type = 'person'
),

converted as (
    select
        resolved.line_id,
        resolved.order_id,
        resolved.known_line_type as line_type,
        coalesce(
            resolved.resolved_account_id, resolved.person_id, resolved.customer_id, '(unknown)'
        ) as customer_id,
        resolved.resolved_account_id as account_id,
        resolved.person_id,
        resolved.subscription_id,
        coalesce(resolved.product_line, '(unknown)') as product_line,
        resolved.known_currency as currency,
        resolved.known_is_recurring as is_recurring,
        resolved.amount as source_amount,
        case
            when
                coalesce(resolved.known_currency, '{{ var("reporting_currency") }}')
                = '{{ var("reporting_currency") }}'
                then cast(resolved.amount as decimal(18, 2))
            else {{ round_to_cents('resolved.amount * cast(rates.rate as decimal(19, 8))') }}
        end as amount,
        resolved.service_start_date,
        resolved.service_end_date,
        resolved.revenue_date,
        resolved.revenue_at
    from with_account as resolved
    left outer join rates
        on
            resolved.known_currency = rates.currency
            and resolved.revenue_date = rates.rate_date
)

select * from converted

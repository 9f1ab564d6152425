with subscriptions as (select * from {{ ref('subscriptions') }}),

customer_accounts as (select * from {{ ref('int_customer_accounts') }}),

exchange_rates as (select * from {{ ref('int_exchange_rates') }}),

survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'account'
),

-- A version without an end lasts until the next version of its plan, at most until the
-- subscription ends.
dated as (
    select
        *,
        upper(trim(currency)) as known_currency,
        coalesce(
            min({{ reporting_date('started_at') }}) over (partition by subscription_id),
            min(valid_from) over (partition by subscription_id)
        ) as started_date,
        least(
            coalesce(valid_to, lead(valid_from) over (
                partition by subscription_id, plan_name, product_line
                order by valid_from asc nulls last
            )),
            {{ reporting_date('ended_at') }}
        ) as valid_until
    from subscriptions
    where valid_from is not null
),

with_customer as (
    select
        dated.*,
        coalesce(
            survivors.survivor_id,
            dated.account_id,
            of_subscription.account_id,
            of_customer.account_id
        ) as resolved_account_id
    from dated
    left outer join survivors on dated.account_id = survivors.merged_id
    left outer join customer_accounts as of_subscription
        on
            dated.subscription_id = of_subscription.identifier
            and of_subscription.identifier_type = 'subscription'
    left outer join customer_accounts as of_customer
        on
            dated.customer_id = of_customer.identifier
            and of_customer.identifier_type = 'customer'
),

-- Convert all versions at the rate of the subscription's start, so that exchange rates do not
-- change MRR.
priced as (
    select
        versions.*,
        cast(coalesce(exchange_rates.rate, 1) as decimal(16, 8)) as rate,
        cast(
            cast(
                {{ wide_amount('coalesce(versions.quantity, 1)') }}
                * coalesce(versions.unit_amount, 0) as decimal(21, 8)
            ) - coalesce(versions.discount_amount, 0) as decimal(21, 8)
        ) as interval_price,
        case versions.billing_interval
            when 'year' then 12
            when 'quarter' then 3
            else 1
        end as interval_months,
        {{ to_reporting_currency(
            'versions.unit_amount', 'versions.known_currency',
            'exchange_rates.rate', 'versions.started_date'
        ) }} as unit_amount_in_reporting_currency
    from with_customer as versions
    left outer join exchange_rates
        on
            versions.known_currency = exchange_rates.currency
            and versions.started_date = exchange_rates.rate_date
),

recurring as (
    select
        source_system,
        subscription_id,
        coalesce(resolved_account_id, customer_id, '(unknown)') as customer_id,
        resolved_account_id as account_id,
        plan_name,
        product_line,
        status,
        unit_amount_in_reporting_currency as unit_amount,
        {{ divide_to_cents(
            'greatest(cast(interval_price * rate as decimal(37, 16)), 0)', 'interval_months'
        ) }} as mrr,
        valid_from,
        valid_until,
        started_date
    from priced
)

select * from recurring

with revenue_by_month as (
    select * from {{ ref('fct_revenue_by_month') }}
    where customer_id <> '(unknown)'
),

contract_customers as (select * from {{ ref('int_contract_customers') }}),

orders as (select * from {{ ref('int_customer_orders') }}),

customer_cohorts as (select * from {{ ref('int_customer_cohorts') }}),

contract_values as (select * from {{ ref('int_contract_values') }}),

purchase_values as (
    select * from {{ ref('int_purchase_values') }}
    where fit_period = 'current'
),

mentions as (
    select
        customer_id,
        account_id,
        person_id,
        case when is_deferred then 0 else net_amount end as net_amount,
        case when is_deferred then 0 else gross_margin_amount end as gross_margin_amount
    from revenue_by_month
    union all
    select
        customer_id,
        account_id,
        null as person_id,
        0 as net_amount,
        0 as gross_margin_amount
    from contract_customers
),

customers as (
    select
        customer_id,
        case when bool_or(account_id is not null) then customer_id end as account_id,
        case when bool_or(person_id is not null) then customer_id end as person_id,
        cast(sum(net_amount) as decimal(18, 2)) as revenue_to_date,
        cast(sum(gross_margin_amount) as decimal(18, 2)) as margin_to_date
    from mentions
    group by customer_id
),

-- A customer either has a contract or not, so each is valued once.
valued as (
    select
        customers.customer_id,
        customers.account_id,
        customers.person_id,
        accounts.account_name,
        customer_cohorts.cohort,
        coalesce(customer_cohorts.acquisition_channel, '(unknown)') as acquisition_channel,
        case
            when contract_values.customer_id is not null then 'contract_survival'
            else coalesce(purchase_values.clv_method, 'none')
        end as clv_method,
        contract_values.customer_id is not null as is_contractual,
        cast(coalesce(orders.orders_count, 0) as bigint) as orders_count,
        cast(contract_values.tenure_months as bigint) as tenure_months,
        customers.revenue_to_date,
        customers.margin_to_date,
        cast(coalesce(contract_values.mrr, 0) as decimal(18, 2)) as mrr,
        case
            when contract_values.customer_id is null then purchase_values.probability_alive
            when contract_values.is_running then 1
            else 0
        end as probability_alive,
        purchase_values.expected_purchases,
        coalesce(
            contract_values.clv,
            cast(round(purchase_values.clv, 6) as decimal(18, 2))
        ) as clv,
        contract_values.simple_clv,
        customer_cohorts.cohort_month,
        orders.first_revenue_at,
        orders.last_revenue_at
    from customers
    left outer join {{ ref('int_accounts') }} as accounts
        on customers.account_id = accounts.account_id
    left outer join orders on customers.customer_id = orders.customer_id
    left outer join customer_cohorts on customers.customer_id = customer_cohorts.customer_id
    left outer join contract_values on customers.customer_id = contract_values.customer_id
    left outer join purchase_values on customers.customer_id = purchase_values.customer_id
),

final as (
    select
        customer_id,
        account_id,
        person_id,
        account_name,
        cohort,
        acquisition_channel,
        clv_method,
        is_contractual,
        orders_count,
        tenure_months,
        revenue_to_date,
        margin_to_date,
        mrr,
        cast(probability_alive as double) as probability_alive,
        cast(expected_purchases as double) as expected_purchases,
        clv,
        simple_clv,
        cast(margin_to_date + coalesce(clv, 0) as decimal(18, 2)) as lifetime_margin,
        cohort_month,
        {{ reporting_date('first_revenue_at') }} as first_revenue_date,
        {{ reporting_date('last_revenue_at') }} as last_revenue_date,
        first_revenue_at,
        last_revenue_at
    from valued
)

select * from final

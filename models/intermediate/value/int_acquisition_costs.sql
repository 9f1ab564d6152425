with customer_cohorts as (
    select * from {{ ref('int_customer_cohorts') }}
    where cohort_month is not null
),

spend as (select * from {{ ref('int_spend') }}),

sales_costs as (select * from {{ ref('sales_costs') }}),

customers_and_spend as (
    select
        cohort_month,
        acquisition_channel,
        1 as customers,
        0 as spend
    from customer_cohorts
    union all
    select
        cast(date_trunc('month', spend_date) as date) as cohort_month,
        channel as acquisition_channel,
        0 as customers,
        spend
    from spend
    where spend_date is not null
),

channels as (
    select
        cohort_month,
        acquisition_channel,
        sum(customers) as customers_count,
        cast(sum(spend) * 100 as bigint) as cents
    from customers_and_spend
    group by cohort_month, acquisition_channel
),

-- Split shared costs by new customers; in a month without any, by the channels' own spend.
weighed as (
    select
        *,
        sum(cents) over by_month as total_cents,
        cast(case
            when sum(customers_count) over by_month > 0 then customers_count
            when sum(cents) over by_month > 0 then cents
            else 1
        end as bigint) as weight
    from channels
    window by_month as (partition by cohort_month)
),

shared as (
    select
        weighed.cohort_month,
        weighed.acquisition_channel,
        bases.cac_basis,
        weighed.customers_count,
        cast(
            weighed.total_cents
            + case bases.cac_basis when 'blended' then 0 else sales_costs.sales_cost * 100 end
            as bigint
        ) as total_cents,
        weighed.weight,
        cast(sum(weighed.weight) over (
            partition by weighed.cohort_month, bases.cac_basis
        ) as bigint) as total_weight
    from weighed
    cross join (values ('blended'), ('fully_loaded')) as bases (cac_basis)
    left join sales_costs
        on
            weighed.cohort_month >= sales_costs.valid_from
            and (sales_costs.valid_to is null or weighed.cohort_month < sales_costs.valid_to)
),

floored as (
    select
        *,
        {{ whole_share('total_cents', 'weight', 'total_weight') }} as floor_cents
    from shared
),

-- The remaining cents go to the largest remainders, so that the channels sum to the cost.
split as (
    select
        *,
        floor_cents + case
            when row_number() over (
                partition by cohort_month, cac_basis
                order by
                    {{ whole_share_remainder(
                        'total_cents', 'weight', 'total_weight', 'floor_cents'
                    ) }} desc nulls last,
                    acquisition_channel asc nulls last
            ) <= total_cents - sum(floor_cents) over (partition by cohort_month, cac_basis) then 1
            else 0
        end as cents
    from floored
),

costs as (
    select
        cohort_month,
        acquisition_channel,
        cac_basis,
        customers_count as new_customers_count,
        cast(cents * 0.01 as decimal(18, 2)) as acquisition_spend
    from split
    union all
    select
        cohort_month,
        acquisition_channel,
        'channel' as cac_basis,
        customers_count as new_customers_count,
        cast(cents * 0.01 as decimal(18, 2)) as acquisition_spend
    from channels
)

select * from costs

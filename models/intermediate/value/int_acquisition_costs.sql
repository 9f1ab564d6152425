with weighed as (
    select * from {{ ref('int_acquisition_spend') }}
),

pots as (
    select
        cohort_month,
        acquisition_channel,
        'blended' as cac_basis,
        customers_count,
        cast(total_cents as bigint) as cents,
        cast(weight as bigint) as weight
    from weighed
    union all
    select
        cohort_month,
        acquisition_channel,
        'fully_loaded' as cac_basis,
        customers_count,
        cast(total_cents + sales_cents as bigint) as cents,
        cast(weight as bigint) as weight
    from weighed
),

with_total as (
    select
        *,
        cast(sum(weight) over (partition by cohort_month, cac_basis) as bigint) as total_weight
    from pots
),

floored as (
    select
        *,
        {{ whole_share('cents', 'weight', 'total_weight') }} as floor_cents,
        {{ whole_share_remainder(
            'cents', 'weight', 'total_weight', whole_share('cents', 'weight', 'total_weight')
        ) }} as remainder
    from with_total
),

-- Left-over cents go by largest remainder, so that the channels sum to what was spent.
shared as (
    select
        cohort_month,
        acquisition_channel,
        cac_basis,
        customers_count,
        floor_cents + case
            when row_number() over (
                partition by cohort_month, cac_basis
                order by remainder desc nulls last, acquisition_channel asc nulls last
            ) <= cents - sum(floor_cents) over (partition by cohort_month, cac_basis) then 1
            else 0
        end as cents
    from floored
    union all
    select
        cohort_month,
        acquisition_channel,
        'channel' as cac_basis,
        customers_count,
        spend_cents as cents
    from weighed
),

costs as (
    select
        cohort_month,
        acquisition_channel,
        cac_basis,
        customers_count as new_customers_count,
        cast(cents * 0.01 as decimal(18, 2)) as acquisition_spend
    from shared
)

select * from costs

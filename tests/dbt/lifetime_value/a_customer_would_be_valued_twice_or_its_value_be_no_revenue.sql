-- Value so far must equal the revenue earned so far, and only running contracts and purchases have
-- expected value.
with customers as (
    select
        coalesce(sum(revenue_to_date), 0) as revenue,
        coalesce(sum(margin_to_date), 0) as margin
    from {{ ref('fct_customer_value') }}
),

months as (
    select
        coalesce(sum(net_amount), 0) as revenue,
        coalesce(sum(gross_margin_amount), 0) as margin
    from {{ ref('fct_revenue_by_month') }}
    where customer_id <> '(unknown)' and not is_deferred
),

movements as (
    select coalesce(sum(movements.end_mrr), 0) as mrr
    from {{ ref('fct_mrr_movements') }} as movements
    inner join {{ ref('as_of') }} as as_of
        on movements.period_month = cast(date_trunc('month', as_of.as_of_date) as date)
),

contracts as (
    select coalesce(sum(mrr), 0) as mrr from {{ ref('fct_customer_value') }}
)

select 'revenue or margin so far' as what
from customers
cross join months
where customers.revenue <> months.revenue or customers.margin <> months.margin
union all
select 'mrr' as what
from contracts
cross join movements
where contracts.mrr <> movements.mrr
union all
select 'clv of ' || customer_id as what
from {{ ref('fct_customer_value') }}
where
    clv < 0
    or (mrr = 0 and is_contractual and clv <> 0)
    or (is_contractual and expected_purchases is not null)
    or probability_alive < 0
    or probability_alive > 1

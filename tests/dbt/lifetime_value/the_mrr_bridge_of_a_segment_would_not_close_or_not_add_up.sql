-- Compare within a month, with the next month, with the customers' movements, and with the total.
with bridge as (
    select
        *,
        lag(end_mrr) over (
            partition by segment order by period_month asc nulls last
        ) as previous_end_mrr,
        lag(customers_end) over (
            partition by segment order by period_month asc nulls last
        ) as previous_customers_end
    from {{ ref('rpt_mrr_bridge') }}
),

customers as (
    select
        period_month,
        sum(end_mrr) as end_mrr,
        sum(opening_mrr) as opening_mrr,
        sum(new_mrr) as new_mrr,
        sum(churn_mrr) as churn_mrr
    from {{ ref('fct_mrr_movements') }}
    group by period_month
),

segments as (
    select
        period_month,
        sum(end_mrr) as end_mrr,
        sum(opening_mrr) as opening_mrr,
        sum(new_mrr) as new_mrr,
        sum(churn_mrr) as churn_mrr
    from bridge
    where segment <> '(all)'
    group by period_month
)

select
    bridge.segment,
    bridge.period_month
from bridge
left outer join customers on bridge.period_month = customers.period_month
left outer join segments on bridge.period_month = segments.period_month
where
    bridge.start_mrr + bridge.opening_mrr + bridge.new_mrr + bridge.reactivation_mrr
    + bridge.expansion_mrr - bridge.contraction_mrr - bridge.churn_mrr <> bridge.end_mrr
    or bridge.start_mrr <> coalesce(bridge.previous_end_mrr, 0)
    or bridge.customers_start + bridge.customers_opening + bridge.customers_new
    + bridge.customers_reactivated - bridge.customers_churned <> bridge.customers_end
    or bridge.customers_start <> coalesce(bridge.previous_customers_end, 0)
    or bridge.grr > least(bridge.nrr, 1) + 1e-9
    or (
        bridge.segment = '(all)'
        and coalesce(
            bridge.end_mrr <> customers.end_mrr or bridge.end_mrr <> segments.end_mrr
            or bridge.opening_mrr <> customers.opening_mrr
            or bridge.opening_mrr <> segments.opening_mrr
            or bridge.new_mrr <> customers.new_mrr or bridge.new_mrr <> segments.new_mrr
            or bridge.churn_mrr <> customers.churn_mrr or bridge.churn_mrr <> segments.churn_mrr,
            true
        )
    )

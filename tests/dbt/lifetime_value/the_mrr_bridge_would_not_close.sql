-- Compare within a customer's month and with the next month; otherwise the MRR bridge would not
-- add up.
with movements as (
    select
        *,
        lag(end_mrr) over (
            partition by customer_id order by period_month asc nulls last
        ) as previous_end_mrr,
        lag(period_month) over (
            partition by customer_id order by period_month asc nulls last
        ) as previous_month
    from {{ ref('fct_mrr_movements') }}
)

select
    customer_id,
    period_month
from movements
where
    start_mrr + opening_mrr + new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr
    - churn_mrr <> end_mrr
    or start_mrr <> coalesce(previous_end_mrr, 0)
    or {{ dbt.dateadd('month', 1, 'previous_month') }} <> period_month

-- MRR after as_of would be a forecast, and every customer must have rows up to as_of.
select
    movements.customer_id,
    max(movements.period_month) as last_month
from {{ ref('fct_mrr_movements') }} as movements
cross join {{ ref('as_of') }} as as_of
group by movements.customer_id, as_of.as_of_date
having max(movements.period_month) <> cast(date_trunc('month', as_of.as_of_date) as date)

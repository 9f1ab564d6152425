with predictions as (select * from {{ ref('int_clv_predictions') }}),

-- Round, because sums of doubles differ in their last digits.
compared as (
    select
        *,
        round(predicted_purchases, 9) as rounded_purchases
    from predictions
),

-- Tied customers share the average rank: compute it once per value.
predicted_ranks as (
    select
        prediction_method,
        rounded_purchases,
        sum(count(*)) over (
            partition by prediction_method order by rounded_purchases asc nulls last
            rows between unbounded preceding and current row
        ) - (count(*) - 1) / cast(2 as double) as predicted_rank
    from compared
    group by prediction_method, rounded_purchases
),

actual_ranks as (
    select
        prediction_method,
        actual_purchases,
        sum(count(*)) over (
            partition by prediction_method order by actual_purchases asc nulls last
            rows between unbounded preceding and current row
        ) - (count(*) - 1) / cast(2 as double) as actual_rank
    from compared
    group by prediction_method, actual_purchases
),

ranked as (
    select
        compared.customer_id,
        compared.prediction_method,
        compared.predicted_purchases,
        compared.actual_purchases,
        compared.predicted_revenue,
        compared.actual_revenue,
        ntile(10) over (
            partition by compared.prediction_method
            order by
                compared.rounded_purchases desc nulls last,
                compared.customer_id asc nulls last
        ) as decile,
        predicted_ranks.predicted_rank,
        actual_ranks.actual_rank
    from compared
    left outer join predicted_ranks
        on
            compared.prediction_method = predicted_ranks.prediction_method
            and compared.rounded_purchases = predicted_ranks.rounded_purchases
    left outer join actual_ranks
        on
            compared.prediction_method = actual_ranks.prediction_method
            and compared.actual_purchases = actual_ranks.actual_purchases
)

select * from ranked

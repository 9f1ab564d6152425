with methods as (select * from {{ ref('int_forecast_methods') }}),

-- The median ignores a method that is far off. The model counts twice, so it decides where the
-- others disagree. It may lie half a cent between two of them: rounded up, the same on each engine.
combined as (
    select
        methods.measure,
        methods.months_ahead,
        round(
            percentile_cont(0.5) within group (
                order by cast(methods.forecast_amount as double) asc
            ) + 0.000001, 2
        ) as forecast_amount,
        methods.as_of_month
    from methods
    cross join (values (1), (2)) as votes (vote)
    where votes.vote = 1 or methods.method = 'model'
    group by methods.measure, methods.months_ahead, methods.as_of_month
)

select * from combined

with parameters as (select * from {{ ref('int_clv_parameters') }}),

published as (
    select
        model,
        parameter,
        message,
        cast(estimate as double) as estimate,
        cast(standard_error as double) as standard_error,
        cast(log_likelihood as double) as log_likelihood,
        cast(customers_count as bigint) as customers_count,
        cast(repeat_customers_count as bigint) as repeat_customers_count,
        fitted_until
    from parameters
)

select * from published

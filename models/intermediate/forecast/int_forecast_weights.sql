with methods as (select * from {{ ref('int_forecast_methods') }}),

dates as (
    select distinct
        as_of_month,
        last_whole_month
    from {{ ref('int_forecast_months') }}
),

errors as (select * from {{ ref('int_forecast_method_errors') }}),

available as (
    select
        methods.measure,
        methods.method,
        windows.first_month,
        windows.last_month,
        methods.as_of_month
    from methods
    inner join (values (1, 1), (2, 3), (4, 6)) as windows (first_month, last_month)
        on methods.months_ahead between windows.first_month and windows.last_month
    group by
        methods.measure, methods.method, windows.first_month, windows.last_month,
        methods.as_of_month
    having count(*) = windows.last_month - windows.first_month + 1
),

-- WAPE (weighted absolute percentage error): sum of absolute errors ÷ sum of actual amounts.
measured as (
    select
        available.measure,
        available.method,
        available.first_month,
        available.last_month,
        available.as_of_month,
        count(errors.absolute_error) as errors_count,
        sum(errors.absolute_error) / nullif(sum(abs(errors.actual_amount)), 0) as wape
    from available
    inner join dates on available.as_of_month = dates.as_of_month
    left join errors
        on
            available.measure = errors.measure
            and available.method = errors.method
            and available.first_month = errors.first_month
            and available.last_month = errors.last_month
            and dates.last_whole_month >= errors.known_month
    group by
        available.measure, available.method, available.first_month, available.last_month,
        available.as_of_month
),

-- Equal weights until every method has been measured six times.
scored as (
    select
        *,
        case
            when
                min(errors_count) over by_forecast >= 6
                and count(wape) over by_forecast = count(*) over by_forecast
                then 1 / power(greatest(wape, 0.01), 2)
            else 1
        end as score
    from measured
    window by_forecast as (partition by measure, first_month, as_of_month)
),

final as (
    select
        measure,
        method,
        first_month,
        last_month,
        errors_count,
        wape,
        score / sum(score) over (partition by measure, first_month, as_of_month) as weight,
        as_of_month
    from scored
)

select * from final

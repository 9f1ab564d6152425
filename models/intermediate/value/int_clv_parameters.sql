{%- set parameters = [
    ('bg_nbd', 'r'), ('bg_nbd', 'alpha'), ('bg_nbd', 'a'), ('bg_nbd', 'b'),
    ('gamma_gamma', 'p'), ('gamma_gamma', 'q'), ('gamma_gamma', 'gamma')
] -%}

with histories as (select * from {{ ref('int_purchase_histories') }}),

periods as (select * from {{ ref('int_clv_periods') }}),

fitted as (
    {%- if var('fitted_parameters_location') %}
    select
        model,
        parameter,
        estimate,
        standard_error,
        log_likelihood,
        message
    from {{ parquet_rows(var('fitted_parameters_location') ~ '/rpt_clv_parameters.parquet') }}
    {%- elif target.type == 'duckdb' and dbt_version.startswith('1.') %}
    select * from {{ ref('int_clv_fitted_parameters') }}
    {%- else %}
    select
        cast(null as string) as model,
        cast(null as string) as parameter,
        cast(null as double) as estimate,
        cast(null as double) as standard_error,
        cast(null as double) as log_likelihood,
        cast(null as string) as message
    where 1 = 0
    {%- endif %}
),

parameters as (
    {%- for model, parameter in parameters %}
    select
        '{{ model }}' as model_name,
        '{{ parameter }}' as parameter
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        periods.fit_period,
        periods.fitted_until,
        parameters.model_name,
        parameters.parameter,
        count(*) filter (
            where histories.frequency >= case parameters.model_name when 'bg_nbd' then 0 else 1 end
            and (parameters.model_name = 'bg_nbd' or histories.repeat_amount_mean > 0)
        ) as customers_count,
        count(*) filter (
            where histories.frequency > 0
            and (parameters.model_name = 'bg_nbd' or histories.repeat_amount_mean > 0)
        ) as repeat_customers_count
    from periods
    cross join parameters
    left outer join histories on periods.fit_period = histories.fit_period
    group by all
),

judged as (
    select
        counted.*,
        counted.model_name
        || case counted.fit_period when 'current' then '' else '_' || counted.fit_period end
            as model,
        counted.repeat_customers_count >= {{ var('clv_minimum_repeat_customers') }} as is_enough
    from counted
),

known as (
    select
        judged.model,
        judged.parameter,
        judged.fit_period,
        case when judged.is_enough then fitted.estimate end as estimate,
        case when judged.is_enough then fitted.standard_error end as standard_error,
        case when judged.is_enough then fitted.log_likelihood end as log_likelihood,
        judged.customers_count,
        judged.repeat_customers_count,
        judged.is_enough,
        case
            when not judged.is_enough
                then
                    'Only ' || cast(judged.repeat_customers_count as string)
                    || ' customers bought again, {{ var("clv_minimum_repeat_customers") }} are'
                    || ' needed: customer value is the historic mean.'
            when fitted.parameter is null
                then 'No parameters: fit them on DuckDB, and name var fitted_parameters_location.'
            else fitted.message
        end as message,
        judged.fitted_until
    from judged
    left outer join fitted
        on judged.model = fitted.model and judged.parameter = fitted.parameter
)

select * from known

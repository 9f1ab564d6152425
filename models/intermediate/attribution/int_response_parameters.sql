with decided as (
    select
        count(*) filter (where is_reached) as won_count,
        count(*) filter (where not is_reached) as lost_count
    from {{ ref('int_response_terms') }}
    where step = 'won' and term = '(intercept)'
),

fitted as (
    {%- if var('fitted_parameters_location') %}
    select
        step,
        term,
        is_channel,
        0 as replicate,
        estimate,
        standard_error,
        message
    from {{ parquet_rows(var('fitted_parameters_location') ~ '/rpt_response_parameters.parquet') }}
    {%- elif target.type == 'duckdb' and dbt_version.startswith('1.') %}
    select * from {{ ref('int_response_fitted_parameters') }}
    {%- else %}
    select
        cast(null as string) as step,
        cast(null as string) as term,
        cast(null as boolean) as is_channel,
        cast(null as int) as replicate,
        cast(null as double) as estimate,
        cast(null as double) as standard_error,
        cast(null as string) as message
    where 1 = 0
    {%- endif %}
),

judged as (
    select
        decided.won_count,
        decided.lost_count,
        least(decided.won_count, decided.lost_count) >= {{ var('response_minimum_won') }}
            as is_enough,
        (select count(*) from fitted) as fitted_count
    from decided
),

parameters as (
    select fitted.*
    from fitted
    cross join judged
    where judged.is_enough
    union all
    select
        'won' as step,
        '(intercept)' as term,
        false as is_channel,
        0 as replicate,
        cast(null as double) as estimate,
        cast(null as double) as standard_error,
        case
            when is_enough
                then 'No parameters: fit them on DuckDB, and name var fitted_parameters_location.'
            else
                'no measurable effect: ' || cast(won_count as string) || ' opportunities won and '
                || cast(lost_count as string)
                || ' lost, {{ var("response_minimum_won") }} of each are needed'
        end as message
    from judged
    where not is_enough or fitted_count = 0
)

select * from parameters

{%- set normal_factor = '1.2815515655446004' -%}
with totals as (
    select * from {{ ref('int_forecast_totals') }}
    where segment = '(all)'
),

errors as (
    select * from {{ ref('int_forecast_method_errors') }}
    where method = 'combined'
),

dates as (
    select distinct
        as_of_month,
        last_whole_month
    from {{ ref('int_forecast_months') }}
),

measured as (
    select
        errors.measure,
        errors.horizon_months,
        errors.known_month,
        errors.as_of_month,
        sqrt(totals.cumulative_variance) as standard_deviation,
        errors.absolute_error / sqrt(totals.cumulative_variance) as standardised_error
    from errors
    inner join totals
        on
            errors.measure = totals.measure
            and errors.as_of_month = totals.as_of_month
            and errors.horizon_months = totals.months_ahead
    where totals.cumulative_variance > 0
),

-- Errors that were known on the day of the forecast, of each horizon and, as horizon 0, of all.
ranked as (
    select
        measured.measure,
        parts.horizon_months,
        measured.standardised_error,
        count(*) over (
            partition by measured.measure, parts.horizon_months, dates.as_of_month
        ) as errors_count,
        row_number() over (
            partition by measured.measure, parts.horizon_months, dates.as_of_month
            order by measured.standardised_error asc nulls last
        ) as error_rank,
        dates.as_of_month
    from dates
    inner join measured on dates.last_whole_month >= measured.known_month
    inner join (values (0), (1), (3), (6)) as parts (horizon_months)
        on parts.horizon_months in (0, measured.horizon_months)
),

-- The next error is equally likely to fall into each of the gaps between n known ones, below and
-- above them, so it is below the k-th smallest with a probability of k ÷ (n + 1).
calibrated as (
    select
        measure,
        horizon_months,
        max(errors_count) as errors_count,
        max(case when error_rank <= ceil(0.8 * (errors_count + 1)) then standardised_error end)
            as error_percentile,
        as_of_month
    from ranked
    group by measure, horizon_months, as_of_month
    having max(errors_count) >= 8
),

-- With fewer than eight known errors at the horizon, those of all horizons together count. An
-- interval is never narrower than that of the normal distribution.
final as (
    select
        measures.measure,
        horizons.horizon_months,
        coalesce(own.errors_count, overall.errors_count, 0) as calibrated_on_count,
        greatest(
            coalesce(own.error_percentile, overall.error_percentile, {{ normal_factor }}),
            {{ normal_factor }}
        ) as interval_factor,
        measured.standard_deviation,
        dates.as_of_month
    from dates
    cross join (values ('bookings'), ('revenue')) as measures (measure)
    cross join (values (1), (3), (6)) as horizons (horizon_months)
    left join calibrated as own
        on
            measures.measure = own.measure
            and horizons.horizon_months = own.horizon_months
            and dates.as_of_month = own.as_of_month
    left join calibrated as overall
        on
            measures.measure = overall.measure
            and overall.horizon_months = 0
            and dates.as_of_month = overall.as_of_month
    left join measured
        on
            measures.measure = measured.measure
            and horizons.horizon_months = measured.horizon_months
            and dates.as_of_month = measured.as_of_month
)

select * from final

with combinations as (select * from {{ ref('int_forecast_combinations') }}),

totals as (
    select * from {{ ref('int_forecast_totals') }}
    where segment = '(all)'
),

errors as (
    select * from {{ ref('int_forecast_method_errors') }}
    where method = 'model' and first_month = 1
),

dates as (
    select distinct
        as_of_month,
        last_whole_month
    from {{ ref('int_forecast_months') }}
),

-- Combined forecasts of past month ends, their errors and their standard deviations.
combined as (
    select
        errors.measure,
        errors.last_month as horizon_months,
        errors.actual_amount,
        errors.known_month,
        errors.as_of_month,
        sum(combinations.forecast_amount) as forecast_amount
    from errors
    inner join combinations
        on
            errors.measure = combinations.measure
            and errors.as_of_month = combinations.as_of_month
            and combinations.months_ahead between 1 and errors.last_month
    group by
        errors.measure, errors.last_month, errors.actual_amount, errors.known_month,
        errors.as_of_month
),

measured as (
    select
        combined.*,
        sqrt(totals.cumulative_variance) as standard_deviation,
        abs(combined.forecast_amount - combined.actual_amount)
        / nullif(sqrt(totals.cumulative_variance), 0) as standardised_error
    from combined
    inner join totals
        on
            combined.measure = totals.measure
            and combined.as_of_month = totals.as_of_month
            and combined.horizon_months = totals.months_ahead
),

-- Errors that were known on the day of the forecast, of each horizon and, as horizon 0, of all.
calibrated as (
    select
        measured.measure,
        parts.horizon_months,
        dates.as_of_month,
        count(measured.standardised_error) as calibrated_on_count,
        percentile_cont(0.8) within group (order by measured.standardised_error asc)
            as error_percentile
    from dates
    inner join measured on dates.last_whole_month >= measured.known_month
    inner join (values (0), (1), (3), (6)) as parts (horizon_months)
        on parts.horizon_months in (0, measured.horizon_months)
    group by measured.measure, parts.horizon_months, dates.as_of_month
),

-- With fewer than eight known errors at the horizon, those of all horizons together count; below
-- eight of them, the normal distribution's factor of an 80 % interval.
final as (
    select
        measures.measure,
        horizons.horizon_months,
        coalesce(
            case
                when own.calibrated_on_count >= 8 then own.calibrated_on_count
                else overall.calibrated_on_count
            end, 0
        ) as calibrated_on_count,
        case
            when own.calibrated_on_count >= 8 then own.error_percentile
            when overall.calibrated_on_count >= 8
                then overall.error_percentile
            else 1.2815515655446004
        end as interval_factor,
        measured.forecast_amount,
        measured.actual_amount,
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

with figures as (select * from {{ ref('rpt_funnel_figures') }}),

numbered as (
    select
        *,
        row_number() over (
            partition by metric, slice
            order by period_month nulls last
        ) as period_number
    from figures
),

-- Each figure with the alert_periods figures before it.
compared as (
    select
        numbered.metric,
        numbered.slice,
        numbered.period_number,
        numbered.period_month,
        numbered.value,
        earlier.value as earlier_value
    from numbered
    inner join numbered as earlier
        on
            numbered.metric = earlier.metric
            and numbered.slice = earlier.slice
            and numbered.period_number > earlier.period_number
            and numbered.period_number <= earlier.period_number + {{ var('alert_periods') }}
),

medians as (
    select
        metric,
        slice,
        period_number,
        median(earlier_value) as trailing_median
    from compared
    group by metric, slice, period_number
    having count(*) = {{ var('alert_periods') }}
),

spreads as (
    select
        compared.metric,
        compared.slice,
        compared.period_month,
        compared.value,
        medians.trailing_median,
        median(abs(compared.earlier_value - medians.trailing_median)) as median_deviation,
        avg(abs(compared.earlier_value - medians.trailing_median)) as mean_deviation
    from compared
    inner join medians
        on
            compared.metric = medians.metric
            and compared.slice = medians.slice
            and compared.period_number = medians.period_number
    group by all
),

-- If more than half of the earlier figures are equal, their median deviation is 0: use the mean.
scored as (
    select
        metric,
        slice,
        period_month,
        value,
        trailing_median,
        round(
            (value - trailing_median) / nullif(
                case
                    when median_deviation > 1e-12 then median_deviation * 1.4826
                    when mean_deviation > 1e-12 then mean_deviation * 1.2533
                end, 0
            ), 9
        ) as robust_z
    from spreads
),

final as (
    select
        metric,
        slice,
        case when value > trailing_median then 'up' else 'down' end as direction,
        cast(value as double) as value,
        cast(trailing_median as double) as trailing_median,
        cast(robust_z as double) as robust_z,
        slice = '(all)' as is_total,
        period_month
    from scored
    where
        trailing_median > 0
        and (
            abs(robust_z) > {{ var('alert_robust_z') }}
            or (robust_z is null and abs(value - trailing_median) > 1e-12)
        )
)

select * from final

-- Components sum to (all), and segments to (all), to the cent.
with forecast as (select * from {{ ref('rpt_revenue_forecast') }}),

by_component as (
    select
        as_of_month,
        target_month,
        measure,
        segment,
        sum(case when component = '(all)' then forecast_amount else 0 end) as total_amount,
        sum(case when component <> '(all)' then forecast_amount else 0 end) as parts_amount
    from forecast
    group by as_of_month, target_month, measure, segment
),

by_segment as (
    select
        as_of_month,
        target_month,
        measure,
        component,
        sum(case when segment = '(all)' then forecast_amount else 0 end) as total_amount,
        sum(case when segment <> '(all)' then forecast_amount else 0 end) as parts_amount
    from forecast
    group by as_of_month, target_month, measure, component
)

select
    as_of_month,
    target_month,
    measure,
    segment as slice,
    total_amount,
    parts_amount
from by_component
where total_amount <> parts_amount
union all
select
    as_of_month,
    target_month,
    measure,
    component as slice,
    total_amount,
    parts_amount
from by_segment
where total_amount <> parts_amount

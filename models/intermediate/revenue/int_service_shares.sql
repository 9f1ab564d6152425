with lines as (
    select * from {{ ref('int_revenue_lines') }}
    where line_type = 'sale' and is_recurring and service_start_date < service_end_date
),

-- Lines with the same amount and service are split the same way, so keep one of each.
services as (
    select distinct
        cast(abs(amount) * 100 as bigint) as line_cents,
        service_start_date,
        service_end_date
    from lines
),

dated as (
    select
        *,
        cast({{ dbt.dateadd('day', -1, 'service_end_date') }} as date) as last_service_date
    from services
),

-- Services within one month need no split.
service_months as (
    select
        line_cents,
        service_start_date,
        service_end_date,
        {{ month_series_of('service_start_date', 'last_service_date') }} as period_month
    from dated
    where
        date_trunc('month', service_start_date) < date_trunc('month', last_service_date)
),

weighted as (
    select
        *,
        {{ dbt.datediff('service_start_date', 'service_end_date', 'day') }} as line_days,
        {{ dbt.datediff(
            'greatest(service_start_date, period_month)',
            'least(service_end_date, cast('
            ~ dbt.dateadd('month', 1, 'period_month') ~ ' as date))',
            'day'
        ) }} as month_days
    from service_months
),

-- Round down to whole cents by days of service; the remaining cents go to the largest remainders.
floored as (
    select
        *,
        mod(line_cents * month_days, line_days) as cut_off,
        cast(round(
            (line_cents * month_days - mod(line_cents * month_days, line_days))
            / nullif(line_days, 0)
        ) as bigint) as whole_cents
    from weighted
),

shares as (
    select
        line_cents,
        whole_cents + case
            when row_number() over (
                partition by line_cents, service_start_date, service_end_date
                order by cut_off desc nulls last, period_month asc nulls last
            ) <= line_cents - sum(whole_cents) over (
                partition by line_cents, service_start_date, service_end_date
            ) then 1
            else 0
        end as share_cents,
        service_start_date,
        service_end_date,
        period_month
    from floored
)

select * from shares

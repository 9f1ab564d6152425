with lines as (
    select * from {{ ref('int_revenue_lines') }}
),

classified as (
    select
        line_id,
        customer_id,
        account_id,
        case when account_id is null then person_id end as person_id,
        product_line,
        amount,
        service_start_date,
        service_end_date,
        revenue_date,
        case
            when line_type <> 'sale' then 'refunded'
            when is_recurring then 'recurring'
            else 'one_off'
        end as revenue_type,
        line_type = 'sale'
        and is_recurring
        and service_start_date < service_end_date as has_service,
        cast({{ dbt.dateadd('day', -1, 'service_end_date') }} as date) as last_service_date
    from lines
),

dated as (
    select
        *,
        cast(date_trunc(
            'month', case when has_service then service_start_date else revenue_date end
        ) as date) as first_month,
        cast(date_trunc(
            'month', case when has_service then last_service_date else revenue_date end
        ) as date) as last_month
    from classified
),

-- Only lines whose service runs over several months have anything to split.
line_months as (
    select
        line_id,
        amount,
        service_start_date,
        service_end_date,
        {{ month_series_of('first_month', 'last_month') }} as period_month
    from dated
    where first_month < last_month
),

weighted as (
    select
        line_id,
        period_month,
        cast(abs(amount) * 100 as bigint) as line_cents,
        {{ dbt.datediff('service_start_date', 'service_end_date', 'day') }} as line_days,
        {{ dbt.datediff(
            'greatest(service_start_date, period_month)',
            'least(service_end_date, cast('
            ~ dbt.dateadd('month', 1, 'period_month') ~ ' as date))',
            'day'
        ) }} as month_days
    from line_months
),

-- Whole cents by days of service, rounded down; what is left goes by largest remainder.
floored as (
    select
        line_id,
        period_month,
        line_cents,
        mod(line_cents * month_days, line_days) as cut_off,
        cast(round(
            (line_cents * month_days - mod(line_cents * month_days, line_days))
            / nullif(line_days, 0)
        ) as bigint) as whole_cents
    from weighted
),

shares as (
    select
        line_id,
        period_month,
        whole_cents + case
            when row_number() over (
                partition by line_id order by cut_off desc nulls last, period_month asc nulls last
            ) <= line_cents - sum(whole_cents) over (partition by line_id) then 1
            else 0
        end as share_cents
    from floored
),

recognised as (
    select
        line_id,
        customer_id,
        account_id,
        person_id,
        product_line,
        revenue_type,
        first_month as period_month,
        amount
    from dated
    where coalesce(first_month >= last_month, true)
    union all
    select
        dated.line_id,
        dated.customer_id,
        dated.account_id,
        dated.person_id,
        dated.product_line,
        dated.revenue_type,
        shares.period_month,
        cast(sign(dated.amount) * shares.share_cents * 0.01 as decimal(18, 2)) as amount
    from dated
    inner join shares on dated.line_id = shares.line_id
)

select * from recognised

with revenue_lines as (select * from {{ ref('revenue_lines') }}),

set_aside as (select * from {{ ref('int_revenue_lines_set_aside') }}),

exchange_rates as (select * from {{ ref('int_exchange_rates') }}),

days as (
    select distinct
        upper(trim(revenue_lines.currency)) as currency,
        {{ reporting_date('revenue_lines.revenue_at') }} as rate_date
    from revenue_lines
    left outer join set_aside on revenue_lines.line_id = set_aside.line_id
    where set_aside.line_id is null
),

-- The conversion stops the run if there is no rate.
rated as (
    select
        days.currency,
        case
            when
                {{ to_reporting_currency(
                    'cast(1 as decimal(18, 2))', 'days.currency', 'exchange_rates.rate',
                    'days.rate_date'
                ) }} is not null
                then coalesce(exchange_rates.rate, 1)
        end as rate,
        days.rate_date
    from days
    left outer join exchange_rates
        on days.currency = exchange_rates.currency and days.rate_date = exchange_rates.rate_date
)

select * from rated

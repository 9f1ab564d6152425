with rates as (
    select
        upper(trim(currency)) as currency,
        rate,
        rate_date
    from {{ ref('fx_rates') }}
    where
        upper(trim(base_currency)) = '{{ var("reporting_currency") }}'
        and upper(trim(currency)) <> '{{ var("reporting_currency") }}'
),

rates_with_next as (
    select
        *,
        lead(rate_date) over (partition by currency order by rate_date nulls last) as next_rate_date
    from rates
),

-- A rate is valid until the currency's next rate, but no longer than fx_max_gap_days.
spans as (
    select
        currency,
        rate,
        rate_date as first_date,
        least(
            cast({{ dbt.dateadd('day', var('fx_max_gap_days'), 'rate_date') }} as date),
            cast({{ dbt.dateadd('day', -1, 'next_rate_date') }} as date)
        ) as last_date
    from rates_with_next
),

days as (
    select date_day
    from {{ date_series(
        "(select min(rate_date) from " ~ ref('fx_rates') ~ ")", "(select as_of_date from " ~ ref('as_of') ~ ")"
    ) }} as series
),

daily as (
    select
        spans.currency,
        spans.rate,
        days.date_day as rate_date
    from spans
    inner join days on days.date_day between spans.first_date and spans.last_date
)

select * from daily

with lines as (
    select * from {{ ref('int_revenue_lines') }}
    where
        line_type = 'sale'
        and is_recurring
        and amount >= 0
        and service_start_date < service_end_date
),

named as (
    select
        *,
        coalesce('subscription ' || subscription_id, 'product line ' || product_line)
            as billed_item
    from lines
),

exchange_rates as (select * from {{ ref('int_exchange_rates') }}),

-- Convert all lines of an item at the rate of its first day of service, so that exchange rates do
-- not change MRR.
first_rates as (
    select
        named.customer_id,
        named.billed_item,
        named.currency,
        min_by(exchange_rates.rate, named.service_start_date) as rate
    from named
    inner join exchange_rates
        on
            named.currency = exchange_rates.currency
            and named.service_start_date = exchange_rates.rate_date
    group by named.customer_id, named.billed_item, named.currency
),

priced as (
    select
        named.*,
        coalesce(
            {{ round_to_cents('named.source_amount * cast(first_rates.rate as decimal(19, 8))') }},
            named.amount
        ) as price
    from named
    left outer join first_rates
        on
            named.customer_id = first_rates.customer_id
            and named.billed_item = first_rates.billed_item
            and named.currency = first_rates.currency
),

-- Whole months of service (one day of tolerance): the period is k calendar months counted from its
-- start or, for example from 28 February to 31 March, from its end.
with_period as (
    select
        *,
        {{ dbt.datediff('service_start_date', 'service_end_date', 'day') }} as service_days,
        {{ dbt.datediff(
            "cast(date_trunc('month', service_start_date) as date)",
            "cast(date_trunc('month', "
            ~ dbt.dateadd('month', 1, 'service_start_date') ~ ") as date)",
            'day'
        ) }} as days_of_starting_month,
        cast(
            (extract(year from service_end_date) - extract(year from service_start_date)) * 12
            + extract(month from service_end_date)
            - extract(month from service_start_date) as int
        ) as months_apart
    from priced
),

with_months as (
    select
        *,
        case
            {%- for difference in [-1, 0, 1] %}
            when
                months_apart + {{ difference }} >= 1
                and (
                    abs({{ dbt.datediff(
                        'cast('
                        ~ dbt.dateadd('month', 'months_apart + ' ~ difference, 'service_start_date')
                        ~ ' as date)',
                        'service_end_date', 'day'
                    ) }}) <= 1
                    or abs({{ dbt.datediff(
                        'service_start_date',
                        'cast('
                        ~ dbt.dateadd('month', '-(months_apart + ' ~ difference ~ ')', 'service_end_date')
                        ~ ' as date)', 'day'
                    ) }}) <= 1
                )
                then cast(months_apart + {{ difference }} as int)
            {%- endfor %}
        end as service_months
    from with_period
),

-- Price ÷ months, or price ÷ (days ÷ days of the starting month).
recurring as (
    select
        coalesce(order_id, line_id) as invoice_id,
        customer_id,
        account_id,
        billed_item,
        product_line,
        {{ divide_to_cents(
            'price * (case when service_months is null then days_of_starting_month else 1 end)',
            'coalesce(service_months, cast(service_days as int))'
        ) }} as mrr,
        service_start_date as active_from,
        cast({{ dbt.dateadd('day', var('mrr_grace_days'), 'service_end_date') }} as date)
            as active_until,
        revenue_at
    from with_months
)

select * from recurring

create table price_list as
with monthly as (
    select
        product_line,
        currency,
        list_number,
        case list_number
            when 1 then monthly_amount else monthly_amount * {{ 100 + price_rise_percent }} // 100
        end as monthly_amount
    from (
        values
        ('Analytics', 'USD', 3000), ('Analytics', 'EUR', 2800), ('Analytics', 'GBP', 2400),
        ('Analytics', 'JPY', 4500),
        ('Automation', 'USD', 4500), ('Automation', 'EUR', 4200), ('Automation', 'GBP', 3600),
        ('Automation', 'JPY', 6800)
    ) as monthly (product_line, currency, monthly_amount)
    -- The second list exists once prices have risen.
    cross join (values (1), (2)) as lists (list_number)
    where list_number = 1 or {{ price_rise_percent }} > 0
),

intervals as (
    select * from (
        values ('month', 1, 'month', 1, 100), ('quarter', 3, 'month', 3, 96),
        ('year', 12, 'year', 1, 84))
        as intervals (
            plan_interval, months, recurring_interval, recurring_interval_count,
            percent
        )
)

select
    'price_' || lower(product_line) || '_' || plan_interval || '_'
    || lower(currency) || case list_number when 2 then '_2' else '' end as price_id,
    product_line,
    currency,
    list_number,
    monthly_amount,
    plan_interval,
    months,
    recurring_interval,
    recurring_interval_count,
    percent,
    monthly_amount * months * percent // 100 as unit_amount
from monthly, intervals
union all
select
    'price_' || lower(product_line) || '_' || lower(currency),
    product_line,
    currency,
    1,
    null,
    'once',
    null,
    null,
    null,
    null,
    amount
from (
    values
    ('Services', 'USD', 250000), ('Services', 'EUR', 230000), ('Services', 'GBP', 200000),
    ('Services', 'JPY', 380000),
    ('Credits', 'USD', 9000), ('Credits', 'EUR', 8500), ('Credits', 'GBP', 7500),
    ('Credits', 'JPY', 14000)
) as one_time (product_line, currency, amount)

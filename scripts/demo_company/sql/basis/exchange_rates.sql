create table exchange_rates as
select
    days.day,
    rates.currency,
    rates.rate
from days
inner join (
    select
        *,
        lead(rate_date, 1, date '9999-12-31') over (
            partition by currency order by rate_date
        ) as next_date
    from weekly_rates
) as rates on days.day >= rates.rate_date and days.day < rates.next_date
union all
select
    day,
    'USD',
    1
from days

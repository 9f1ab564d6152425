-- Currencies of a canonical table without a rate, and the days of their amounts. {table}, {amount} and {day} are filled
-- in (failures.py); the parameter is the reporting currency.
select
    upper(trim(amounts.currency)) as code,
    count(*) as rows_count,
    min(cast(amounts.{day} as date)) as first_day,
    max(cast(amounts.{day} as date)) as last_day
from canonical.{table} as amounts
cross join canonical.as_of
left join intermediate.int_exchange_rates as rates
    on
        upper(trim(amounts.currency)) = rates.currency
        and cast(amounts.{day} as date) = rates.rate_date
where
    rates.rate is null
    and upper(trim(amounts.currency)) <> ?
    and amounts.{amount} is not null
    and cast(amounts.{day} as date) <= as_of.as_of_date
group by code
order by code

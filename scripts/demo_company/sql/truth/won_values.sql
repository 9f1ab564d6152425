create table won_values as
select
    company,
    dropped,
    is_won and close_at <= as_of_end() as is_won,
    (amount * rate)::decimal(18, 2) as amount
from won_scenarios
inner join (
    select
        company,
        amount,
        currency,
        opportunity_at,
        close_at
    from all_deals
    where type = 'New Business'
) as won_deals
    using (company)
inner join exchange_rates
    on
        exchange_rates.day = opportunity_at::date
        and won_deals.currency = exchange_rates.currency

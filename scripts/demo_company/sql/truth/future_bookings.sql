-- What was won after the last day of the exports, in USD at the rate of the day of its creation.
create table truth.future_bookings as
select
    date_trunc('month', close_at)::date as month,
    segment,
    case type
        when 'New Business' then 'new_business' when 'Renewal' then 'renewal'
        else 'expansion'
    end as opportunity_type,
    count(*) as won_count,
    sum((amount * rate)::decimal(18, 2)) as won_amount
from all_deals
inner join companies using (company)
inner join exchange_rates
    on
        exchange_rates.day = opportunity_at::date
        and all_deals.currency = exchange_rates.currency
where is_won and is_closed and close_at::date > date '{{ exported_upto }}'
group by all

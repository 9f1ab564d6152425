-- Revenue of the months after the last day of the exports, in USD: recurring lines over the days of
-- their service, all else on its own day, refunds and credit notes taken off.
create table truth.future_revenue as
with sold as (
    select
        upper(invoice_line_item.currency) as currency,
        (amount - coalesce(discount_amount, 0))::double as amount,
        stripe.invoice.created::date as day,
        case when stripe.price.type = 'recurring' then invoice_line_item.period_start::date
        end as service_start,
        invoice_line_item.period_end::date as service_end
    from stripe.invoice_line_item
    inner join stripe.invoice on invoice_line_item.invoice_id = stripe.invoice.id
    inner join stripe.price on invoice_line_item.price_id = stripe.price.id
    where stripe.invoice.status <> 'void'
    union all
    select
        upper(currency),
        -amount::double,
        created::date,
        null,
        null
    from stripe.refund
    union all
    select
        upper(currency),
        -amount::double,
        created::date,
        null,
        null
    from stripe.credit_note
    where refund_id is null and status <> 'void'
),

converted as (
    select
        sold.*,
        amount * rate / case currency when 'JPY' then 1 else 100 end as usd,
        coalesce(service_start < service_end, false) as is_service
    from sold
    inner join exchange_rates using (day, currency)
),

earned as (
    select
        month,
        case
            when is_service
                then
                    usd * date_diff(
                        'day',
                        greatest(service_start, month),
                        least(service_end, (month + interval 1 month)::date)
                    ) / date_diff('day', service_start, service_end)
            else usd
        end as usd
    from converted
    inner join (select distinct date_trunc('month', day)::date as month from days) as months
        on case
            when is_service
                then
                    service_start < month + interval 1 month and service_end > month
            else date_trunc('month', converted.day) = month
        end
)

select
    month,
    round(sum(usd), 2)::decimal(18, 2) as net_revenue
from earned
where month > date '{{ exported_upto }}'
group by month

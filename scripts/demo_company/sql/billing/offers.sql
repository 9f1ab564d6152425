create table offers as
select
    companies.company,
    companies.currency,
    companies.segment,
    product_line,
    plan_interval,
    price_id,
    list_number,
    months,
    unit_amount,
    seats,
    seats * unit_amount * (12 // months) as yearly_amount
from (
    select
        *,
        case
            when segment = 'enterprise'
                then pick([
                    'year', 'year', 'quarter'], u(
                    company,
                    'interval'
                ))
            else pick(['month', 'month', 'month', 'quarter', 'year'], u(company, 'interval'))
        end as plan_interval,
        case segment
            when 'smb' then whole(u(company, 'seats'), 3, 20) when 'mid'
                then whole(u(
                    company,
                    'seats'
                ), 15, 90)
            else whole(u(company, 'seats'), 80, 320)
        end as seats
    from companies
) as companies
inner join price_list using (product_line, currency, plan_interval)
where
    list_number
    = case
        when arrived_at >= date '{{ prices_rise_on }}' and not is_launch_customer then 2
        else 1
    end

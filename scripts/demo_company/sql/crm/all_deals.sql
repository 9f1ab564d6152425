create table all_deals as
with new_business as (
    select
        company,
        opportunity_id,
        'New Business' as type,
        offers.product_line,
        offers.currency,
        offers.yearly_amount::bigint as minor_amount,
        opportunity_at,
        close_at,
        is_won
    from crm_deals
    inner join offers using (company)
),

expansions as (
    select
        company,
        '006' || lpad((company * 10 + contract % 10)::varchar, 9, '0') || month_number,
        'Existing Business',
        product_line,
        currency,
        ((seats_after - seats_before) * unit_amount * (12 // months))::bigint,
        greatest(in_office(month_at - seconds_of(20 + u(
            contract * 100 + month_number,
            'lead time'
        ) * 45), u(contract, 'hour')),
        timestamp '2024-01-10 10:00:00'),
        to_second(month_at - interval 2 hour),
        true
    from {{ plans }}.contract_months
    where month_number > 2 and seats_after - seats_before >= 3
),

second_lines as (
    select
        company,
        '006' || lpad((company * 10 + contract % 10)::varchar, 9, '0') || 'N',
        'Existing Business',
        product_line,
        currency,
        (seats * unit_amount * (12 // months))::bigint,
        in_office(started_at - seconds_of(
            40 + u(contract, 'lead time') * 40), u(
            contract,
            'hour'
        )),
        to_second(started_at - interval 2 hour),
        true
    from {{ plans }}.contracts
    where number = 3
),

failed_expansions as (
    select
        company,
        '006' || lpad((company * 10 + contract % 10)::varchar, 9, '0') || 'L',
        'Existing Business',
        product_line,
        currency,
        (greatest(3, seats // 5) * unit_amount * (12 // months))::bigint,
        in_office(started_at + seconds_of(120 + u(contract, 'try') * 200), u(contract, 'hour')),
        in_office(started_at + seconds_of(160 + u(
            contract, 'try') * 200 + u(
            contract,
            'long'
        ) * 60), u(contract, 'hour 2')),
        false
    from {{ plans }}.contracts
    where u(contract, 'failed expansion') < 0.25
),

renewals as (
    select
        company,
        '006' || lpad((company * 10 + contract % 10)::varchar, 9, '0') || 'R' || turn,
        'Renewal',
        product_line,
        currency,
        (seats * unit_amount)::bigint,
        in_office(started_at + to_months(
            turn::integer * 12) - seconds_of(75), u(
            contract,
            'hour'
        )),
        to_second(started_at + to_months(turn::integer * 12) - interval 3 hour),
        paid_months > turn * 12
    from {{ plans }}.contracts, (values (1), (2)) as turns (turn)
    where months = 12 and paid_months >= turn * 12
)

select
    * replace (to_second(opportunity_at) as opportunity_at, to_second(close_at) as close_at),
    close_at <= as_of_end() as is_closed,
    case
        when currency = 'JPY' then minor_amount::decimal(18, 2)
        else (minor_amount / 100.0)::decimal(18, 2)
    end as amount,
    case
        when type = 'New Business' then staff_of('Sales', u(company, 'account owner'))
        else staff_of('Customer Success', u(company, 'success manager'))
    end as owner_id
from (
    select * from new_business
    union all
    select * from expansions
    union all
    select * from second_lines
    union all
    select * from failed_expansions
    union all
    select * from renewals
)
where opportunity_at <= as_of_end() and close_at > opportunity_at

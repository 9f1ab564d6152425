create table programmes as
select
    '701' || lpad((1000 + number)::varchar, 9, '0') as campaign_id,
    'Conference ' || year(start_date) || ' Q' || quarter(start_date) as campaign_name,
    'Conference' as campaign_type,
    'Event' as channel,
    start_date,
    start_date + 90 as end_date,
    4600 + 800 * (number % 3) as cost
from (
    select
        number,
        (date '2024-01-01' + to_months(number::integer * 3))::date as start_date
    from range(8) as numbers (number)
)
union all
select
    '701' || lpad(
        (2000 + number)::varchar, 9, '0'
    ),
    'Webinar ' || strftime(
        start_date,
        '%Y-%m'
    ),
    'Webinar',
    'Event',
    start_date,
    last_day(start_date),
    450 + 50 * (number % 4)
from (
    select
        number,
        (date '2024-01-01' + to_months(number::integer))::date as start_date
    from range(24) as numbers (number)
)
union all
select
    '701' || lpad((3000 + number)::varchar, 9, '0'),
    'Whitepaper syndication '
    || strftime(start_date, '%Y-%m'),
    'Content Syndication',
    'Content Syndication',
    start_date,
    (start_date + interval 6 months)::date - 1,
    4200
from (
    select
        number,
        (date '2024-01-01' + to_months(number::integer * 6))::date as start_date
    from range(4) as numbers (number)
)
union all
select
    '701' || lpad((4000 + number)::varchar, 9, '0'),
    'Partner referrals ' || year(start_date),
    'Partner',
    'Partner',
    start_date,
    start_date + 364,
    3500
from (
    select
        number,
        (date '2024-01-01' + to_years(number::integer))::date as start_date
    from range(2) as numbers (number)
)

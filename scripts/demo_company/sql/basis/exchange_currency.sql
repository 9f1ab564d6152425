create table exchange_currency as
select * from (
    values
    ('United States', 'USD'), ('Canada', 'USD'), ('United Kingdom', 'GBP'), ('Germany', 'EUR'),
    ('France', 'EUR'),
    ('Netherlands', 'EUR'), ('Ireland', 'EUR'), ('Japan', 'JPY')
) as pairs (country, currency)

create table google_ads.account_history as
select
    '1112223334' as id,
    timestamp '2023-12-01 00:00:00' as updated_at,
    'USD' as currency_code,
    'America/New_York' as time_zone,
    'Acme Google' as descriptive_name

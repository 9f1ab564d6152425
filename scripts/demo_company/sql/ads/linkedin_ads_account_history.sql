create table linkedin_ads.account_history as
select
    '509000001' as id,
    timestamp '2023-12-01 00:00:00' as last_modified_time,
    'EUR' as currency,
    'Acme LinkedIn' as name

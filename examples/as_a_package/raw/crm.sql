-- What loaders have written into the company's raw database, raw/crm.duckdb: `duckdb raw/crm.duckdb < raw/crm.sql`.
create schema sales;

create table sales.accounts as
from (values
    ('a1', 'Acme', 'acme.example', 120, 'u1', timestamp '2025-02-03 10:05:00'),
    ('a2', 'Bolt', 'bolt.example', 40, 'u2', timestamp '2025-02-10 09:00:00'),
    ('a3', 'Cargo', 'cargo.example', 700, 'u1', timestamp '2025-03-01 09:00:00')
) as t (account_id, account_name, website_domain, employee_count, owner_id, created_at);

create table sales.owners as
from (values
    ('u1', 'Ines', 'Sales'),
    ('u2', 'Omar', 'Sales')
) as t (owner_id, owner_name, team);

create table sales.people as
from (values
    ('p1', 'contact', 'ann@acme.example', 'a1', 'Qualified by sales', timestamp '2025-02-03 10:05:00'),
    ('p2', 'contact', 'bob@bolt.example', 'a2', 'Qualified by sales', timestamp '2025-02-10 09:00:00'),
    ('p3', 'contact', 'eve@cargo.example', 'a3', 'Not interested', timestamp '2025-03-01 09:00:00')
) as t (person_id, record_type, email, account_id, status, created_at);

create table sales.opportunities as
from (values
    ('o1', 'a1', 'new_business', 'customer', 12000.00, true, true, date '2025-04-10', '2025-02-20T08:00:00Z', '2025-04-10T22:30:00Z'),
    ('o2', 'a2', 'new_business', 'customer', 4500.50, true, true, date '2025-05-31', '2025-03-05T08:00:00Z', '2025-05-31T23:30:00Z'),
    ('o3', 'a1', 'expansion', 'opportunity', 3000.00, false, false, date '2025-07-15', '2025-06-01T08:00:00Z', null)
) as t (
    opportunity_id, account_id, opportunity_type, stage, amount, is_closed, is_won, close_date, created_at, closed_at
);
alter table sales.opportunities add column currency varchar default 'EUR';

create table sales.opportunity_contacts as
from (values
    ('o1', 'p1', 'Decision maker', true),
    ('o2', 'p2', 'Decision maker', true),
    ('o3', 'p1', 'Decision maker', true)
) as t (opportunity_id, person_id, contact_role, is_primary);

create table sales.web_events as
from (values
    ('e1', 'device-1', null, 'page_view', 'https://www.my.example/', 'https://www.google.com/', null, null, '2025-02-01T09:00:00Z'),
    ('e2', 'device-1', null, 'page_view', 'https://www.my.example/pricing', null, 'google', 'cpc', '2025-02-03T10:00:00Z'),
    ('e3', 'device-1', 'ann@acme.example', 'demo_request', 'https://www.my.example/demo', null, null, null, '2025-02-03T10:05:00Z'),
    ('e4', 'device-2', 'bob@bolt.example', 'demo_request', 'https://www.my.example/demo', null, 'google', 'cpc', '2025-02-10T09:00:00Z')
) as t (event_id, anonymous_id, email, event_type, page_url, referrer, utm_source, utm_medium, occurred_at);

create table sales.ad_spend as
from (values
    (date '2025-02-03', 'google_ads', 'c1', 150.00, 'EUR'),
    (date '2025-02-10', 'google_ads', 'c1', 50.00, 'EUR')
) as t (spend_date, platform, campaign_id, spend, currency);

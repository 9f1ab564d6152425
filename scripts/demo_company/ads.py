"""Google Ads and LinkedIn Ads: a row a day and campaign at any size; budgets grow with sales."""

import duckdb

from demo_company.settings import Settings

# Platform, id, name, channel type, first day, last day, daily budget, cost per click, devices.
CAMPAIGNS = [
    ("google", "5001", "brand", "SEARCH", "2024-01-01", "2025-12-31", 34, 2.1, 1),
    ("google", "5002", "analytics-nonbrand", "SEARCH", "2024-01-01", "2025-12-31", 88, 8.4, 1),
    ("google", "5003", "automation-nonbrand", "SEARCH", "2024-03-01", "2025-12-31", 60, 7.2, 1),
    ("google", "5004", "competitor", "SEARCH", "2025-01-15", "2025-12-31", 30, 9.8, 2),
    ("google", "5005", "retargeting-display", "DISPLAY", "2024-09-01", "2025-12-31", 24, 1.1, 1),
    (
        "google",
        "5006",
        "pmax-cross-network",
        "PERFORMANCE_MAX",
        "2024-07-01",
        "2025-12-31",
        38,
        3.0,
        1,
    ),
    # Shopping feed only: it spends, and no landing page ever carries its name.
    ("google", "5007", "pmax-feed-only", "PERFORMANCE_MAX", "2025-07-01", "2025-12-31", 20, 2.4, 1),
    ("linkedin", "7001", "linkedin-abm", "", "2024-01-01", "2025-12-31", 72, 11.5, 1),
    ("linkedin", "7002", "linkedin-awareness", "", "2024-02-01", "2025-12-31", 38, 7.9, 1),
]


def build(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    rows = ", ".join(
        f"('{platform}', '{number}', '{name}', '{kind}', date '{first}', date '{last}', "
        f"{budget}, {click}, {devices})"
        for platform, number, name, kind, first, last, budget, click, devices in CAMPAIGNS
    )
    con.execute(f"""
    create table ad_campaigns as
    select * from (values {rows}) as ads(platform, id, name, kind, first_day, last_day, budget,
        click_cost, devices_count);

    create table ad_days as
    select
        *,
        id || '|' || day || '|' || device_number as ad_key,
        -- Budget by season, half of it on weekends, a third of it on the second device.
        floor(
            budget * {settings.scale:.9f}::double * 1000000 * (0.8 + 0.5 * u(id || day
                || device_number, 'spend'))
            * ([0.9, 1.0, 1.1, 1.05, 1.0, 0.95, 0.75, 0.7, 1.1, 1.2, 1.15, 0.6])[month(day)]
            * case when isodow(day) > 5 then 0.5 else 1 end * case device_number when 0 then 1
                else 0.35 end
            / 10000
        )::bigint * 10000 as cost_micros
    from ad_campaigns
    inner join days on day between first_day and last_day
    cross join range(2) as devices(device_number)
    where device_number < devices_count;

    create table ad_facts as
    select
        *,
        floor(cost_micros / 1000000.0 / click_cost * (0.7 + 0.6 * u(ad_key,
            'clicks')))::bigint as clicks,
        floor(cost_micros / 1000000.0 / click_cost * (12 + 30 * u(ad_key,
            'views')) + 20)::bigint as impressions
    from ad_days;

    create schema google_ads;
    create table google_ads.campaign_stats as
    select
        '1112223334' as customer_id,
        id,
        day as date,
        code(ad_key, 'stats')[:12] as _fivetran_id,
        case kind when 'SEARCH' then 'SEARCH' when 'DISPLAY' then 'CONTENT' else 'MIXED'
            end as ad_network_type,
        case device_number when 0 then 'DESKTOP' else 'MOBILE' end as device,
        clicks,
        impressions,
        cost_micros,
        synced() as _fivetran_synced
    from ad_facts
    where platform = 'google';

    -- Two versions of each campaign: the newest name counts.
    create table google_ads.campaign_history as
    select
        id, first_day + version * interval 20 day as updated_at, case version when 0 then 'draft '
            || name else name end as name,
        '1112223334' as customer_id, kind as advertising_channel_type,
        case when kind = 'PERFORMANCE_MAX' then 'UNSPECIFIED' end as advertising_channel_subtype,
        first_day as start_date, last_day as end_date
    from ad_campaigns, range(2) as versions(version)
    where platform = 'google';

    create table google_ads.account_history as
    select '1112223334' as id, timestamp '2023-12-01 00:00:00' as updated_at,
        'USD' as currency_code, 'America/New_York' as time_zone,
        'Acme Google' as descriptive_name;

    create schema linkedin_ads;
    create table linkedin_ads.ad_analytics_by_campaign as
    select
        id as campaign_id,
        ad_facts.day,
        clicks,
        impressions,
        (cost_micros / 1000000)::decimal(18, 2) as cost_in_local_currency,
        ((cost_micros / 1000000)::decimal(18, 2) * rate)::decimal(18, 2) as cost_in_usd,
        synced() as _fivetran_synced
    from ad_facts
    inner join exchange_rates on exchange_rates.day = ad_facts.day
        and exchange_rates.currency = 'EUR'
    where platform = 'linkedin';

    create table linkedin_ads.campaign_history as
    select
        id, first_day::timestamp as last_modified_time, '509000001' as account_id, '60'
            || id as campaign_group_id, name,
        first_day::timestamp as created_time
    from ad_campaigns
    where platform = 'linkedin';

    create table linkedin_ads.account_history as
    select '509000001' as id, timestamp '2023-12-01 00:00:00' as last_modified_time,
        'EUR' as currency, 'Acme LinkedIn' as name;
    """)

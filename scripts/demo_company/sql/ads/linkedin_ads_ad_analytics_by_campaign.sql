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
inner join exchange_rates
    on
        ad_facts.day = exchange_rates.day
        and exchange_rates.currency = 'EUR'
where platform = 'linkedin'

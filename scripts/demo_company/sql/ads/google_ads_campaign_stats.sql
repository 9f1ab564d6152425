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
where platform = 'google'

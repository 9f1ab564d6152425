create table linkedin_ads.campaign_history as
select
    id,
    first_day::timestamp as last_modified_time,
    '509000001' as account_id,
    '60'
    || id as campaign_group_id,
    name,
    first_day::timestamp as created_time
from ad_campaigns
where platform = 'linkedin'

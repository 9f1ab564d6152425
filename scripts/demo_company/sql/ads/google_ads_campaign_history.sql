-- Two versions of each campaign: the newest name counts.
create table google_ads.campaign_history as
select
    id,
    first_day + version * interval 20 day as updated_at,
    case version
        when 0
            then
                'draft '
                || name
        else name
    end as name,
    '1112223334' as customer_id,
    kind as advertising_channel_type,
    case when kind = 'PERFORMANCE_MAX' then 'UNSPECIFIED' end as advertising_channel_subtype,
    first_day as start_date,
    last_day as end_date
from ad_campaigns, range(2) as versions (version)
where platform = 'google'

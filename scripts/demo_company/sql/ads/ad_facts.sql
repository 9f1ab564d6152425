create table ad_facts as
with arrived as (
    -- Paid visits without a campaign in the link came from the largest campaign of the platform.
    select
        coalesce(
            campaign,
            case click_parameter when 'gclid' then 'analytics-nonbrand' else 'linkedin-abm' end
        ) as name,
        started_at::date as day,
        count(*) as sessions_count
    from sessions
    inner join variants using (variant)
    where channel in ('Paid Search', 'Paid Social', 'Display', 'Cross-network')
    group by all
),

ad_days as (
    select
        ad_campaigns.*,
        days.day,
        device_number,
        id || '|' || days.day || '|' || device_number as ad_key,
        case when device_number = 0 then coalesce(sessions_count, 0) else 0 end as sessions_count
    from ad_campaigns
    inner join days on days.day between first_day and last_day
    cross join range(2) as devices (device_number)
    left join arrived on ad_campaigns.name = arrived.name and days.day = arrived.day
    where device_number < devices_count
),

clicked as (
    select
        *,
        case
            when arriving_share = 0 then floor({{ traffic }} * 2.6 * u(ad_key, 'clicks'))
            else floor(sessions_count / arriving_share + u(ad_key, 'clicks'))
        end::bigint as clicks
    from ad_days
)

select
    *,
    floor(
        clicks * click_cost * case device_number when 0 then 1 else 0.7 end
        * (0.75 + 0.5 * u(ad_key, 'spend')) * 100
    )::bigint * 10000 as cost_micros,
    floor(
        (clicks + 0.5 * u(ad_key, 'unseen'))
        * impressions_per_click
        * (0.7 + 0.6 * u(ad_key, 'views'))
    )::bigint as impressions
from clicked

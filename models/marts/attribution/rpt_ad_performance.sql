with ad_spend as (select * from {{ ref('int_ad_spend') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

sessions as (
    select
        session_id,
        traffic_key,
        cast(date_trunc('month', {{ reporting_date('started_at') }}) as date) as period_month
    from {{ ref('int_counted_sessions') }}
),

ad_traffic as (
    select
        traffic_key,
        ad_platform as platform,
        coalesce(campaign_id, '(none)') as campaign_id
    from {{ ref('int_traffic_campaigns') }}
    where ad_platform is not null
),

-- A lead counts for the ad that its last touch came from.
lead_touches as (
    select
        paths.touchpoint_id,
        cast(
            date_trunc('month', {{ reporting_date('conversions.converted_at') }}) as date
        ) as period_month
    from {{ ref('int_attribution_conversions') }} as conversions
    inner join {{ ref('int_attribution_anchors') }} as anchors
        on conversions.conversion_number = anchors.conversion_number
    inner join {{ ref('int_attribution_paths') }} as paths
        on
            anchors.conversion_number = paths.conversion_number
            and anchors.last_position = paths.position
    where conversions.conversion_type = 'lead'
),

amounts as (
    select
        platform,
        coalesce(campaign_id, '(none)') as campaign_id,
        cast(date_trunc('month', spend_date) as date) as period_month,
        impressions,
        clicks,
        0 as sessions_count,
        0 as leads_count,
        spend
    from ad_spend
    union all
    select
        ad_traffic.platform,
        ad_traffic.campaign_id,
        sessions.period_month,
        0 as impressions,
        0 as clicks,
        count(*) as sessions_count,
        0 as leads_count,
        cast(0 as decimal(18, 2)) as spend
    from sessions
    inner join ad_traffic on sessions.traffic_key = ad_traffic.traffic_key
    group by ad_traffic.platform, ad_traffic.campaign_id, sessions.period_month
    union all
    select
        ad_traffic.platform,
        ad_traffic.campaign_id,
        lead_touches.period_month,
        0 as impressions,
        0 as clicks,
        0 as sessions_count,
        count(*) as leads_count,
        cast(0 as decimal(18, 2)) as spend
    from lead_touches
    inner join sessions on lead_touches.touchpoint_id = sessions.session_id
    inner join ad_traffic on sessions.traffic_key = ad_traffic.traffic_key
    group by ad_traffic.platform, ad_traffic.campaign_id, lead_touches.period_month
),

totals as (
    select
        platform,
        campaign_id,
        cast(coalesce(sum(impressions), 0) as bigint) as impressions,
        cast(coalesce(sum(clicks), 0) as bigint) as clicks,
        cast(sum(sessions_count) as bigint) as sessions_count,
        cast(sum(leads_count) as bigint) as leads_count,
        cast(sum(spend) as decimal(18, 2)) as spend,
        period_month
    from amounts
    group by platform, campaign_id, period_month
),

final as (
    select
        totals.platform,
        totals.campaign_id,
        campaigns.campaign_name,
        totals.impressions,
        totals.clicks,
        totals.sessions_count,
        totals.leads_count,
        totals.spend,
        {{ rate('totals.clicks', 'totals.impressions') }} as ctr,
        {{ rate('totals.spend', 'totals.clicks') }} as cpc,
        1000 * {{ rate('totals.spend', 'totals.impressions') }} as cpm,
        {{ rate('totals.sessions_count', 'totals.clicks') }} as tracked_share,
        {{ cost_per_conversion('totals.spend', 'totals.leads_count') }} as cost_per_lead,
        coalesce(
            {{ rate('totals.sessions_count', 'totals.clicks') }}
            < {{ var('minimum_tracked_share') }}, false
        ) as is_poorly_tracked,
        totals.period_month
    from totals
    left join campaigns on totals.campaign_id = campaigns.campaign_id
)

select * from final

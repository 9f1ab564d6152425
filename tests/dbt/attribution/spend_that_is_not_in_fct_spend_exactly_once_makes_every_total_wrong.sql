with delivered as (
    select
        coalesce(sum(impressions), 0) as impressions,
        coalesce(sum(clicks), 0) as clicks
    from {{ ref('ad_spend') }}
),

spent as (
    select
        coalesce((select sum(spend) from {{ ref('int_ad_spend') }}), 0)
        + coalesce((select sum(programme_cost) from {{ ref('int_programme_cost') }}), 0)
            as spend
),

reported as (
    select
        coalesce(sum(spend), 0) as spend,
        coalesce(sum(impressions), 0) as impressions,
        coalesce(sum(clicks), 0) as clicks
    from {{ ref('fct_spend') }}
),

by_campaign as (
    select coalesce(sum(spend), 0) as spend
    from {{ ref('dim_campaigns') }}
)

select
    reported.*,
    spent.spend as spent,
    by_campaign.spend as campaigns_spend,
    delivered.impressions as delivered_impressions,
    delivered.clicks as delivered_clicks
from reported
cross join spent
cross join by_campaign
cross join delivered
where
    reported.spend <> spent.spend
    or by_campaign.spend <> spent.spend
    or reported.impressions <> delivered.impressions
    or reported.clicks <> delivered.clicks

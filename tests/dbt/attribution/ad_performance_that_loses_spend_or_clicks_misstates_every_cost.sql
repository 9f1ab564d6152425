with reported as (
    select
        coalesce(sum(spend), 0) as spend,
        coalesce(sum(clicks), 0) as clicks,
        coalesce(sum(impressions), 0) as impressions
    from {{ ref('rpt_ad_performance') }}
),

spent as (
    select
        coalesce(sum(spend), 0) as spend,
        coalesce(sum(clicks), 0) as clicks,
        coalesce(sum(impressions), 0) as impressions
    from {{ ref('fct_spend') }}
    where spend_type = 'ad_spend'
)

select
    reported.spend as reported_spend,
    spent.spend as spent,
    reported.clicks as reported_clicks,
    spent.clicks as delivered_clicks
from reported
cross join spent
where
    reported.spend <> spent.spend
    or reported.clicks <> spent.clicks
    or reported.impressions <> spent.impressions

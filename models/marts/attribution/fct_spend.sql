with spend as (
    select
        coalesce(campaign_id, '(none)') as campaign_id,
        spend_type,
        channel,
        sum(spend) as spend,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        spend_date
    from {{ ref('int_spend') }}
    group by coalesce(campaign_id, '(none)'), spend_type, channel, spend_date
),

campaigns as (
    select
        campaign_id,
        campaign_name
    from {{ ref('dim_campaigns') }}
),

final as (
    select
        spend.campaign_id,
        campaigns.campaign_name,
        spend.channel,
        spend.spend_type,
        cast(spend.impressions as bigint) as impressions,
        cast(spend.clicks as bigint) as clicks,
        cast(spend.spend as decimal(18, 2)) as spend,
        spend.spend_date
    from spend
    left join campaigns on spend.campaign_id = campaigns.campaign_id
)

select * from final

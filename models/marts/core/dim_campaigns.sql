with campaigns as (select * from {{ ref('int_campaigns') }}),

spend as (
    select
        campaign_id,
        sum(spend) as spend
    from {{ ref('int_spend') }}
    where campaign_id is not null
    group by campaign_id
),

final as (
    select
        campaigns.campaign_id,
        campaigns.campaign_name,
        campaigns.campaign_type,
        campaigns.channel,
        campaigns.lifecycle_motion,
        upper(trim(campaigns.currency)) as currency,
        cast(campaigns.budget as decimal(18, 2)) as source_budget,
        cast(coalesce(spend.spend, 0) as decimal(18, 2)) as spend,
        campaigns.start_date,
        campaigns.end_date
    from campaigns
    left join spend on campaigns.campaign_id = spend.campaign_id
)

select * from final

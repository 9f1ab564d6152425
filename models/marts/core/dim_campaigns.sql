-- Facts without a campaign are under (none).
with campaigns as (
    select * from {{ ref('int_campaigns') }}
    union all
    select
        '(none)' as campaign_id,
        cast(null as string) as platform,
        '(none)' as campaign_name,
        cast(null as string) as campaign_type,
        '(none)' as channel,
        cast(null as string) as lifecycle_motion,
        cast(null as string) as launched_by,
        cast(null as string) as currency,
        cast(null as decimal(18, 2)) as budget,
        cast(null as decimal(18, 2)) as actual_cost,
        cast(null as date) as start_date,
        cast(null as date) as end_date
),

spend as (
    select
        coalesce(campaign_id, '(none)') as campaign_id,
        sum(spend) as spend
    from {{ ref('int_spend') }}
    group by coalesce(campaign_id, '(none)')
),

final as (
    select
        campaigns.campaign_id,
        campaigns.platform,
        campaigns.campaign_name,
        campaigns.campaign_type,
        campaigns.channel,
        campaigns.lifecycle_motion,
        campaigns.launched_by,
        upper(trim(campaigns.currency)) as currency,
        cast(campaigns.budget as decimal(18, 2)) as source_budget,
        cast(coalesce(spend.spend, 0) as decimal(18, 2)) as spend,
        campaigns.start_date,
        campaigns.end_date
    from campaigns
    left join spend on campaigns.campaign_id = spend.campaign_id
)

select * from final

with ad_spend as (select * from {{ ref('int_ad_spend') }}),

programme_cost as (select * from {{ ref('int_programme_cost') }}),

spend as (
    select
        'ad_spend' as spend_type,
        channel,
        campaign_id,
        impressions,
        clicks,
        spend,
        spend_date
    from ad_spend
    union all
    select
        'programme_cost' as spend_type,
        channel,
        campaign_id,
        cast(null as bigint) as impressions,
        cast(null as bigint) as clicks,
        programme_cost as spend,
        cost_date as spend_date
    from programme_cost
)

select * from spend

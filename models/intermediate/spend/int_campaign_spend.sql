with spend as (
    select
        coalesce(campaign_id, '(none)') as campaign_id,
        spend_type,
        cast(date_trunc('month', spend_date) as date) as period_month,
        sum(spend) as spend
    from {{ ref('int_spend') }}
    where spend_date is not null
    group by all
)

select * from spend

with messages as (
    select
        *,
        cast({{ dbt.date_trunc('month', reporting_date('sent_at')) }} as date) as period_month
    from {{ ref('int_email_messages') }}
),

campaigns as (select * from {{ ref('int_campaigns') }}),

counted as (
    select
        campaign_key as campaign_id,
        cast(sum(sent_count) as bigint) as sent_count,
        cast(sum(delivered_count) as bigint) as delivered_count,
        cast(sum(opened_count) as bigint) as opened_count,
        cast(sum(clicked_count) as bigint) as clicked_count,
        cast(sum(unsubscribed_count) as bigint) as unsubscribed_count,
        cast(sum(bounced_count) as bigint) as bounced_count,
        period_month
    from messages
    group by campaign_key, period_month
),

final as (
    select
        counted.campaign_id,
        case
            when counted.campaign_id = '(none)' then '(none)' else campaigns.campaign_name
        end as campaign_name,
        counted.sent_count,
        counted.delivered_count,
        counted.opened_count,
        counted.clicked_count,
        counted.unsubscribed_count,
        counted.bounced_count,
        {{ rate('counted.delivered_count', 'counted.sent_count') }} as delivery_rate,
        {{ rate('counted.opened_count', 'counted.delivered_count') }} as open_rate,
        {{ rate('counted.clicked_count', 'counted.delivered_count') }} as click_rate,
        {{ rate('counted.unsubscribed_count', 'counted.delivered_count') }} as unsubscribe_rate,
        {{ rate('counted.bounced_count', 'counted.sent_count') }} as bounce_rate,
        counted.period_month
    from counted
    left join campaigns on counted.campaign_id = campaigns.campaign_id
)

select * from final

with email_events as (select * from {{ ref('email_events') }}),

-- Events have no message id, so match them by campaign and address to the last message sent before.
-- Events before the first sent event form a message without a known sending.
ordered as (
    select
        *,
        coalesce(campaign_id, '(none)') as campaign_key,
        coalesce({{ normalised_email('email') }}, person_id, '(none)') as recipient
    from email_events
),

numbered as (
    select
        campaign_key,
        recipient,
        event_type,
        occurred_at,
        sum(case when event_type = 'sent' then 1 else 0 end) over (
            partition by campaign_key, recipient
            order by
                occurred_at asc nulls last,
                case when event_type = 'sent' then 0 else 1 end asc nulls last
            rows between unbounded preceding and current row
        ) as message_number
    from ordered
),

messages as (
    select
        campaign_key,
        recipient,
        message_number,
        max(case when event_type = 'sent' then 1 else 0 end) as sent_count,
        max(case when event_type = 'delivered' then 1 else 0 end) as delivered_count,
        max(case when event_type = 'opened' then 1 else 0 end) as opened_count,
        max(case when event_type = 'clicked' then 1 else 0 end) as clicked_count,
        max(case when event_type = 'unsubscribed' then 1 else 0 end) as unsubscribed_count,
        max(case when event_type = 'bounced' then 1 else 0 end) as bounced_count,
        min(occurred_at) as sent_at
    from numbered
    group by campaign_key, recipient, message_number
)

select * from messages

with sessions as (
    select
        channel,
        person_key,
        case when person_key is null then device_key end as anonymous_device_key,
        touch_type,
        pages_count,
        cast({{ dbt.date_trunc('month', reporting_date('started_at')) }} as date) as period_month
    from {{ ref('int_sessions') }}
),

messages as (
    select
        *,
        cast({{ dbt.date_trunc('month', reporting_date('sent_at')) }} as date) as period_month
    from {{ ref('int_email_messages') }}
),

posts as (
    select
        *,
        cast({{ dbt.date_trunc('month', 'engagement_date') }} as date) as period_month
    from {{ ref('social_engagement') }}
),

channels as (
    select
        max(case when touch_type = 'email_click' then channel end) as email_channel,
        max(case when touch_type = 'social_engagement' then channel end) as social_channel
    from {{ ref('touchpoint_types') }}
),

-- A visitor is a person or an anonymous device.
web as (
    select
        channel,
        period_month,
        count(*) as sessions_count,
        count(distinct person_key) + count(distinct anonymous_device_key) as visitors_count,
        count(case when touch_type <> 'session' then 1 end) as engaged_sessions_count,
        sum(pages_count) as pages_count
    from sessions
    group by channel, period_month
),

emails as (
    select
        channels.email_channel as channel,
        messages.period_month,
        sum(messages.sent_count) as emails_sent_count,
        sum(messages.delivered_count) as emails_delivered_count,
        sum(messages.opened_count) as emails_opened_count,
        sum(messages.clicked_count) as emails_clicked_count,
        sum(messages.unsubscribed_count) as emails_unsubscribed_count,
        sum(messages.bounced_count) as emails_bounced_count
    from messages
    cross join channels
    group by channels.email_channel, messages.period_month
),

social as (
    select
        channels.social_channel as channel,
        posts.period_month,
        sum(posts.impressions) as social_impressions_count,
        sum(posts.likes) as social_likes_count,
        sum(posts.comments) as social_comments_count,
        sum(posts.shares) as social_shares_count,
        sum(posts.clicks) as social_clicks_count
    from posts
    cross join channels
    group by channels.social_channel, posts.period_month
),

joined as (
    select
        coalesce(web.channel, emails.channel, social.channel) as channel,
        {%- for count in [
            'sessions', 'visitors', 'engaged_sessions', 'pages', 'emails_sent', 'emails_delivered',
            'emails_opened', 'emails_clicked', 'emails_unsubscribed', 'emails_bounced',
            'social_impressions', 'social_likes', 'social_comments', 'social_shares', 'social_clicks'
        ] %}
        cast(coalesce({{ count }}_count, 0) as bigint) as {{ count }}_count,
        {%- endfor %}
        coalesce(web.period_month, emails.period_month, social.period_month) as period_month
    from web
    full outer join emails
        on web.channel = emails.channel and web.period_month = emails.period_month
    full outer join social
        on
            coalesce(web.channel, emails.channel) = social.channel
            and coalesce(web.period_month, emails.period_month) = social.period_month
),

final as (
    select
        *,
        cast(engaged_sessions_count as double) / nullif(sessions_count, 0) as engagement_rate,
        cast(emails_delivered_count as double) / nullif(emails_sent_count, 0) as delivery_rate,
        cast(emails_opened_count as double) / nullif(emails_delivered_count, 0) as open_rate,
        cast(emails_clicked_count as double) / nullif(emails_delivered_count, 0) as click_rate,
        cast(emails_unsubscribed_count as double) / nullif(emails_delivered_count, 0)
            as unsubscribe_rate,
        cast(emails_bounced_count as double) / nullif(emails_sent_count, 0) as bounce_rate,
        cast(social_likes_count + social_comments_count + social_shares_count as double)
        / nullif(social_impressions_count, 0) as social_engagement_rate
    from joined
)

select * from final

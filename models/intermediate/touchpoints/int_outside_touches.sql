with email_clicks as (
    select * from {{ ref('int_email_clicks') }}
),

campaign_touches as (
    select * from {{ ref('int_campaign_touches') }}
),

sales_touches as (
    select * from {{ ref('int_sales_touches') }}
),

touches as (
    select
        md5('email:' || event_id) as touchpoint_id,
        'email_click' as touch_type,
        person_key,
        cast(null as string) as channel,
        campaign_id,
        occurred_at as touched_at
    from email_clicks
    where session_id is null and person_key is not null
    union all
    select
        md5('response:' || response_id) as touchpoint_id,
        'campaign_response' as touch_type,
        person_key,
        channel,
        campaign_id,
        responded_at as touched_at
    from campaign_touches
    union all
    select
        md5('activity:' || source_system || ':' || activity_id) as touchpoint_id,
        touch_type,
        person_key,
        cast(null as string) as channel,
        cast(null as string) as campaign_id,
        touched_at
    from sales_touches
)

select * from touches

with email_clicks as (select * from {{ ref('int_email_clicks') }}),

campaign_responses as (
    select * from {{ ref('campaign_responses') }}
    where is_responded and responded_at is not null
),

campaigns as (select * from {{ ref('int_campaigns') }}),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

sales_touches as (select * from {{ ref('int_sales_touches') }}),

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
        md5('response:' || campaign_responses.response_id) as touchpoint_id,
        'campaign_response' as touch_type,
        person_identifiers.person_key,
        coalesce(campaigns.channel, 'Unassigned') as channel,
        campaign_responses.campaign_id,
        campaign_responses.responded_at as touched_at
    from campaign_responses
    inner join person_identifiers on campaign_responses.person_id = person_identifiers.identifier
    left join campaigns on campaign_responses.campaign_id = campaigns.campaign_id
    union all
    select
        md5(
            'activity:' || sales_touches.source_system || ':' || sales_touches.activity_id
        ) as touchpoint_id,
        sales_touches.touch_type,
        sales_touches.person_key,
        coalesce(sales_touches.channel, campaigns.channel) as channel,
        sales_touches.campaign_id,
        sales_touches.touched_at
    from sales_touches
    left join campaigns on sales_touches.campaign_id = campaigns.campaign_id
)

select * from touches

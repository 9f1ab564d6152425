with touches as (
    select * from {{ ref('int_touches') }}
),

touchpoint_types as (
    select * from {{ ref('touchpoint_types') }}
),

consent as (
    select * from {{ ref('int_consent') }}
),

people as (
    select * from {{ ref('int_people') }}
),

campaigns as (
    select
        lower(campaign_name) as utm_campaign,
        min(campaign_id) as campaign_id
    from {{ ref('int_campaigns') }}
    group by lower(campaign_name)
),

content as (
    select
        url_path,
        min(content_id) as content_id
    from {{ ref('content_items') }}
    group by url_path
),

-- What a touch without consent, or of a person who was erased or suppressed, must no longer say.
checked as (
    select
        touches.*,
        coalesce(not touches.has_consent, false)
        or coalesce(by_person.is_erased, false)
        or coalesce(by_device.is_erased, false)
        or coalesce(touches.touched_at >= by_person.withdrawn_at, false)
        or coalesce(touches.touched_at >= by_device.withdrawn_at, false) as is_hidden
    from touches
    left join consent as by_person on touches.person_key = by_person.person_key
    left join consent as by_device on touches.anonymous_id = by_device.anonymous_id
),

touchpoints as (
    select
        md5(checked.touch_id) as touchpoint_id,
        checked.visitor_key as path_visitor_key,
        case when not checked.is_hidden then checked.visitor_key end as visitor_key,
        case when not checked.is_hidden then checked.person_key end as person_key,
        case when not checked.is_hidden then people.account_id end as account_id,
        checked.touch_type,
        coalesce(touchpoint_types.channel, checked.channel, 'Unassigned') as channel,
        coalesce(checked.campaign_id, campaigns.campaign_id) as campaign_id,
        content.content_id,
        checked.session_id,
        touchpoint_types.journey_stage,
        touchpoint_types.is_marketing,
        touchpoint_types.is_attributable,
        checked.is_hidden,
        checked.touched_at
    from checked
    inner join touchpoint_types on checked.touch_type = touchpoint_types.touch_type
    left join people on checked.person_key = people.person_key
    left join campaigns on checked.utm_campaign = campaigns.utm_campaign
    left join content on checked.landing_path = content.url_path
)

select * from touchpoints

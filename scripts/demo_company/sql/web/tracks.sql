with described as ({% include 'web/described_sessions.sql' %}),

acted as (
    select
        *,
        conversion as event,
        session * 64 + 60 as action,
        started_at + to_seconds((pages_count - 1) * pace + 12) as acted_at
    from described
    where conversion is not null
    union all
    select
        *,
        'cta_clicked',
        session * 64 + 61,
        started_at + to_seconds((pages_count - 1) * pace + 7)
    from described
    where clicks_button(session)
),

placed as (
    select
        acted.*,
        pages_count = 1 as is_landing,
        case
            when pages_count = 1 or event = 'cta_clicked'
                then content.path
            else conversion_paths.path
        end as path
    from acted
    left join conversion_paths using (conversion)
    inner join content
        on content.position = case
            when is_about_prices then 3 else (landing + (pages_count - 1) * 5) % 12
        end
)

select
    code(action, 'track') as id,
    anonymous_id,
    user_id,
    event,
    upper(event[1]) || replace(event[2:], '_', ' ') as event_text,
    acted_at as timestamp,
    acted_at + to_seconds(whole(u(action, 'lag'), 1, 4)) as received_at,
    'https://www.example.com' || path || case when is_landing then query else ''
    end as context_page_url,
    path as context_page_path,
    case when is_landing then referrer else 'https://www.example.com/'
    end as context_page_referrer,
    case when is_landing and not is_only_in_url then source end as context_campaign_source,
    case when is_landing and not is_only_in_url then medium end as context_campaign_medium,
    case when is_landing and not is_only_in_url then campaign end as context_campaign_name,
    null::varchar as context_campaign_content,
    case when is_landing and not is_only_in_url then term end as context_campaign_term,
    device_consent as context_consent_category_preferences_analytics,
    agent as context_user_agent,
    ip as context_ip,
    case when event <> 'cta_clicked' and u(action, 'with email') < 0.6 then email end as email,
    case when event = 'order_completed' then order_id end as order_id,
    case when event = 'order_completed' then order_value end as revenue,
    case when event = 'order_completed' then order_currency end as currency
from placed

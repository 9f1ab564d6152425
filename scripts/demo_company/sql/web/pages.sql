with described as ({% include 'web/described_sessions.sql' %}),

spread as (
    select
        *,
        unnest(range(-(has_repeat::integer), pages_count)) as number
    from described
),

viewed as (
    select
        spread.*,
        number <= 0 as is_landing,
        session * 64 + greatest(number, 0) as view,
        case
            when number = pages_count - 1 and conversion is not null and number > 0
                then conversion_paths.path
            else content.path
        end as path,
        case
            when number = pages_count - 1 and conversion is not null and number > 0
                then conversion_paths.title
            else content.title
        end as page_title,
        started_at + to_seconds(greatest(number, 0) * pace) as viewed_at
    from spread
    left join conversion_paths using (conversion)
    inner join content
        on content.position = case
            when is_about_prices and number = pages_count - 1 then 3
            else (landing + greatest(number, 0) * 5) % 12
        end
)

select
    code(view, 'page') as id,
    anonymous_id,
    user_id,
    viewed_at as timestamp,
    -- Seconds later; from a phone without a network days later; a second delivery hours later.
    viewed_at + to_seconds(case
        when number = -1 then whole(u(view, 'again'), 3600, 40000)
        when u(session, 'late') < 0.004 then whole(u(session, 'how late'), 90000, 250000)
        else whole(u(view, 'lag'), 1, 4)
    end) as received_at,
    'https://www.example.com' || path || case when is_landing then query else '' end as url,
    path,
    page_title as title,
    case when is_landing then referrer else 'https://www.example.com/' end as referrer,
    case when is_landing and not is_only_in_url then source end as context_campaign_source,
    case when is_landing and not is_only_in_url then medium end as context_campaign_medium,
    case when is_landing and not is_only_in_url then campaign end as context_campaign_name,
    null::varchar as context_campaign_content,
    case when is_landing and not is_only_in_url then term end as context_campaign_term,
    device_consent as context_consent_category_preferences_analytics,
    agent as context_user_agent,
    ip as context_ip
from viewed

with described as ({% include 'web/described_sessions.sql' %})

select
    code(session * 64 + 62, 'identify') as id,
    anonymous_id,
    -- A form knows the email only; a visitor who signs up or comes back has a user id.
    case
        when conversion = 'signed_up' or conversion is null
            then
                coalesce(user_id, case
                    when
                        person is not null then 'u_' || person else
                        'u_t'
                        || device
                end)
        else user_id
    end as user_id,
    started_at + to_seconds((pages_count - 1) * pace + 13) as timestamp,
    started_at + to_seconds((
        pages_count - 1) * pace + 13 + whole(
        u(session, 'lag'), 1,
        4
    )) as received_at,
    email,
    'https://www.example.com' || coalesce(path, '/') as context_page_url,
    coalesce(path, '/') as context_page_path,
    null::varchar as context_page_referrer,
    device_consent as context_consent_category_preferences_analytics,
    agent as context_user_agent,
    ip as context_ip
from described
left join conversion_paths using (conversion)
where is_identified

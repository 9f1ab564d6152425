select
    sessions.* exclude (variant),
    variants.* exclude (variant, weight),
    code(device, 'device') as anonymous_id,
    u(device, 'consent') < 0.93 as device_consent,
    case
        when device > 1000000000000 and u(device, 'robot') < 0.004 then bot_agent()
        else pick(browsers(), u(device, 'agent'))
    end as agent,
    pick([
        '198.51.100.', '203.0.113.', '192.0.2.'], u(device, 'net')) || whole(u(
        device,
        'host'
    ), 1, 254) as ip,
    u(session, 'url only') < 0.2 as is_only_in_url,
    -- Seconds from page to page.
    whole(u(session, 'pace'), 15, 110) as pace,
    floor(u(session, 'landing') * 12)::bigint as landing,
    case
        when source is not null or click_parameter is not null
            then
                '?' || concat_ws(
                    '&',
                    'utm_source=' || source,
                    'utm_medium=' || medium,
                    'utm_campaign=' || campaign,
                    'utm_term=' || replace(term, ' ', '+'),
                    case
                        when u(session, 'tagged') < 0.85 or source is null
                            then click_parameter || '=' || upper(code(session, 'click id'))
                    end
                )
        else ''
    end as query
from sessions
inner join variants using (variant)
where {{ condition }}

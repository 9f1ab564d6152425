select
    device * 16 + visit + 1000000000000 as session,
    device + 1000000000000 as device,
    null::bigint as person,
    variant,
    pick([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3], u(
        device * 16 + visit,
        'crowd pages'
    ))::integer as pages_count,
    web_time(day, device * 16 + visit)
    + case when visit = 0 then interval 0 day else to_days(floor(pow(u(
        device * 16 + visit,
        'gap'
    ), 2) * 120)::integer) end
        as started_at,
    case when u(device * 16 + visit, 'trial') < 0.002 then 'signed_up' end as conversion,
    u(device * 16 + visit, 'trial') < 0.002 as is_identified,
    u(device * 16 + visit, 'delivered twice') < 0.006 as has_repeat,
    null::varchar as user_id,
    case
        when
            u(
                device * 16 + visit, 'trial'
            ) < 0.002
            then
                'trial' || device
                || '@outlook.com'
    end as email
from (
    select
        device,
        day,
        unnest(range(pick([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3], u(
            device,
            'visits'
        )))) as visit
    from range({{ devices_count }}) as devices (device)
    inner join day_slots on day_slots.slot = floor(u(device, 'first visit') * 65536)::bigint
)
inner join crowd_slots
    on crowd_slots.slot = floor(u(
        device * 16 + visit,
        'crowd channel'
    ) * 10000)::bigint

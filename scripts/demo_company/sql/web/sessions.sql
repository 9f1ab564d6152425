create table sessions (
    session bigint, device bigint, person bigint, variant integer, pages_count integer,
    started_at timestamp,
    conversion varchar, is_identified boolean, has_repeat boolean, is_about_prices boolean,
    user_id varchar,
    email varchar, order_id varchar, order_value decimal(18, 2), order_currency varchar
);

-- A session for each web touch of the response model, on one of the person's devices.
insert into sessions by name
with touched as (
    select
        touch as session,
        -- A colleague's machine now and then; else the desk (1) or the phone (2).
        case
            when u(touch, 'shared') < 0.015 then company * 100 + 11
            when u(touch, 'phone') < 0.2 then person * 10 + 2
            else person * 10 + 1
        end as device,
        person,
        pick(options, u(touch, 'variant')) as variant,
        pick([1, 1, 1, 1, 2, 2, 2, 3, 4], u(touch, 'pages'))::integer as pages_count,
        touched_at as started_at,
        case
            when is_lead_touch and lead_at is not null then lead_conversion
            when phase > 1 and u(touch, 'converts') < 0.12 then 'content_downloaded'
            when phase > 2 and u(touch, 'converts') > 0.97 then 'demo_requested'
        end as conversion,
        (is_lead_touch and lead_at is not null)
        or (phase > 1 and touched_at > lead_at and u(
            touch,
            'recognised'
        ) < 0.35) as is_identified,
        u(touch, 'delivered twice') < 0.01 as has_repeat,
        u(touch, 'prices') < case when has_intent then 0.5 else 0.08 end as is_about_prices,
        case
            when u(person, 'crm user id') < 0.1 then '00Q' || lpad(person::varchar, 9, '0')
            else 'u_' || person
        end as user_id,
        email
    from happened
    inner join channel_variants using (channel)
    left join (select
        person,
        lead_at,
        conversion as lead_conversion
    from leads) using (person)
    inner join (select
        person,
        email,
        has_intent
    from people) using (person)
    where channel not in {{ offline }}
)

select
    * replace (
        -- After a sign-up or a login the browser keeps sending the user id; a form knows none.
        case
            when bool_or(
                is_identified and coalesce(conversion = 'signed_up', true)
            ) over (
                partition by
                    device, person order by
                    started_at,
                    session
                rows between unbounded preceding and 1 preceding
            ) then user_id
        end as user_id
    )
from touched

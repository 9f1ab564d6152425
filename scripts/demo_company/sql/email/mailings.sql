-- A clicked link opens a web session with utm_medium=email.
create table mailings as
with clicked as (
    select
        session as mailing,
        sessions.person,
        started_at - interval 4 second as clicked_at,
        campaign = 'newsletter' as is_newsletter,
        'https://www.example.com/?utm_source=' || source || '&utm_medium=email&utm_campaign='
        || campaign as link
    from sessions
    inner join variants using (variant)
    inner join marketo.lead on marketo.lead.id = 'mk' || sessions.person
    where variants.channel = 'Email' and started_at > created_at
),

-- Most mails are not clicked.
plain as (
    select
        substr(id, 3)::bigint * 100 + 70 + turn as mailing,
        substr(id, 3)::bigint as person,
        created_at,
        in_office(created_at + seconds_of(
            8 + turn * 28 + u(id || turn, 'send') * 20), u(
            id
            || turn, 'hour'
        )) as sent_at
    from marketo.lead, range(16) as turns (turn)
    where turn < pick([3, 5, 7, 9, 12, 16], u(id, 'mailings'))
),

united as (
    select
        mailing,
        person,
        to_second(clicked_at - seconds_of(0.01 + pow(
            u(mailing, 'read'),
            3
        ) * 2)) as sent_at,
        clicked_at,
        is_newsletter,
        link
    from clicked
    union all
    select
        mailing,
        person,
        to_second(sent_at),
        null,
        u(mailing, 'kind') < 0.6,
        null
    from plain
)

select
    *,
    case
        when clicked_at is not null
            then greatest(clicked_at - interval 30 second, sent_at + interval 5 second)
        else to_second(sent_at + seconds_of(0.01 + u(mailing, 'opened') * 1.5))
    end as opened_at,
    case when is_newsletter then '701000005001' else '701000005002' end as campaign_id,
    case
        when
            is_newsletter then 'Newsletter ' || strftime(sent_at, '%Y-%m') else
            'Nurture '
            || whole(u(mailing, 'mail'), 1, 6)
    end as mail_name,
    clicked_at is null and u(mailing, 'bounce') < 0.015 as is_bounced,
    clicked_at is not null or u(mailing, 'open') < 0.26 as is_opened,
    clicked_at is null and u(mailing, 'unsubscribe') < 0.008 as is_unsubscribed
from united
where sent_at <= as_of_end()

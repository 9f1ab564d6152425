"""Marketo: people, and what happened to the mails sent to them.

A clicked link opens a web session with utm_medium=email.
"""

import duckdb


def build(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
    create schema marketo;
    create table marketo.lead as
    select
        'mk' || person as id,
        email,
        lead_id as sfdc_lead_id,
        case when contacts.person is not null then '003' || lpad(person::varchar, 9, '0')
            end as sfdc_contact_id,
        known_at as created_at,
        known_at + interval 1 day as updated_at
    from (
        select person, lead_id, lead_at as known_at from crm_leads
        union all
        select person, null, contact_at from crm_contacts where not was_lead
    )
    inner join (select person, email from people) using (person)
    left join (select person from crm_contacts) as contacts using (person);

    create table mailings as
    with clicked as (
        select
            session as mailing, sessions.person, started_at - interval 4 second as clicked_at,
            campaign = 'newsletter' as is_newsletter,
            'https://www.example.com/?utm_source=' || source || '&utm_medium=email&utm_campaign='
                || campaign as link
        from sessions
        inner join variants using (variant)
        inner join marketo.lead on marketo.lead.id = 'mk' || sessions.person
        where variants.channel = 'Email' and started_at > created_at
    ),

    -- Most newsletters are not clicked.
    plain as (
        select
            substr(id, 3)::bigint * 100 + 70 + turn as mailing, substr(id, 3)::bigint as person,
                created_at,
            in_office(created_at + seconds_of(8 + turn * 60 + u(id || turn, 'send') * 40), u(id
                || turn, 'hour')) as sent_at
        from marketo.lead, range(3) as turns(turn)
        where turn < pick([0, 0, 1, 1, 1, 2], u(id, 'mailings'))
    ),

    united as (
        select
            mailing, person, to_second(clicked_at - seconds_of(0.01 + pow(u(mailing, 'read'),
                3) * 2)) as sent_at, clicked_at, is_newsletter, link
        from clicked
        union all
        select mailing, person, to_second(sent_at), null, u(mailing, 'kind') < 0.6, null from plain
    )

    select
        *,
        case when is_newsletter then '701000005001' else '701000005002' end as campaign_id,
        case when is_newsletter then 'Newsletter ' || strftime(sent_at, '%Y-%m') else 'Nurture '
            || whole(u(mailing, 'mail'), 1, 6) end as mail_name,
        clicked_at is null and u(mailing, 'bounce') < 0.015 as is_bounced,
        clicked_at is not null or u(mailing, 'open') < 0.26 as is_opened,
        clicked_at is null and u(mailing, 'unsubscribe') < 0.008 as is_unsubscribed
    from united
    where sent_at <= as_of_end();
    """)
    moments = {
        "send_email": ("true", "sent_at"),
        "email_delivered": ("not is_bounced", "sent_at + interval 3 second"),
        "open_email": (
            "is_opened and not is_bounced",
            "case when clicked_at is not null "
            "then greatest(clicked_at - interval 30 second, sent_at + interval 5 second) "
            "else to_second(sent_at + seconds_of(0.01 + u(mailing, 'opened') * 1.5)) end",
        ),
        "click_email": ("clicked_at is not null", "clicked_at"),
        "email_bounced": ("is_bounced", "sent_at + interval 9 second"),
        "unsubscribe_email": ("is_unsubscribed and not is_bounced", "sent_at + interval 2 hour"),
    }
    extra_columns = {
        "send_email": ", case when is_bounced then 'failed' else 'succeeded' end as action_result",
        "click_email": ", link",
    }
    for number, (activity, (condition, moment)) in enumerate(moments.items(), 1):
        con.execute(f"""
        create table marketo.activity_{activity} as
        select
            'a{number}_' || mailing as id,
            'mk' || person as lead_id,
            {moment} as activity_date,
            campaign_id,
            mail_name as primary_attribute_value
            {extra_columns.get(activity, "")}
        from mailings
        where {condition} and {moment} <= as_of_end()
        """)

with email_events as (
    select * from {{ ref('email_events') }}
    where event_type = 'clicked'
),

person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

sessions as (
    select
        session_id,
        person_key,
        started_at
    from {{ ref('int_sessions') }}
    where person_key is not null and channel in ('Email', 'Direct', 'Unassigned')
),

clicks as (
    select
        email_events.event_id,
        email_events.campaign_id,
        coalesce(crm.person_key, emails.person_key) as person_key,
        email_events.occurred_at
    from email_events
    left join person_identifiers as crm
        on crm.identifier_type = 'crm' and email_events.person_id = crm.identifier
    left join person_identifiers as emails
        on
            emails.identifier_type = 'email'
            and {{ normalised_email('email_events.email') }} = emails.identifier
),

-- A click and the session that it opens are one touch: the person's first session shortly
-- afterwards, unless that session has another channel.
opened as (
    select
        clicks.event_id,
        min_by(sessions.session_id, sessions.started_at) as session_id
    from clicks
    inner join sessions
        on
            clicks.person_key = sessions.person_key
            and clicks.occurred_at <= sessions.started_at
            and {{ dbt.dateadd(
                'minute', var('email_click_session_minutes'), 'clicks.occurred_at'
            ) }} >= sessions.started_at
    group by clicks.event_id
),

email_clicks as (
    select
        clicks.event_id,
        clicks.campaign_id,
        clicks.person_key,
        opened.session_id,
        clicks.occurred_at
    from clicks
    left join opened on clicks.event_id = opened.event_id
)

select * from email_clicks

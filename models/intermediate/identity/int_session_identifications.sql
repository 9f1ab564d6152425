with identifications as (select * from {{ ref('int_web_identifications') }}),

person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

email_click_sessions as (select * from {{ ref('int_email_click_sessions') }}),

identified as (
    select
        identifications.device_key,
        identifications.started_at,
        identifications.event_number,
        coalesce(crm.person_key, users.person_key, emails.person_key) as person_key,
        identifications.occurred_at
    from identifications
    left join person_identifiers as crm
        on crm.identifier_type = 'crm' and identifications.person_id = crm.identifier
    left join person_identifiers as users
        on users.identifier_type = 'user' and identifications.user_id = users.identifier
    left join person_identifiers as emails
        on emails.identifier_type = 'email' and identifications.email = emails.identifier
),

by_session as (
    select
        device_key,
        started_at,
        min_by(person_key, event_number) as first_person_key,
        min(occurred_at) as first_identified_at,
        max_by(person_key, event_number) as last_person_key,
        max(occurred_at) as last_identified_at,
        false as is_email_click
    from identified
    where person_key is not null
    group by device_key, started_at
),

-- An event in the session that names a person takes precedence over the click.
session_identifications as (
    select * from by_session
    union all
    select
        email_click_sessions.device_key,
        email_click_sessions.started_at,
        email_click_sessions.person_key as first_person_key,
        email_click_sessions.started_at as first_identified_at,
        email_click_sessions.person_key as last_person_key,
        email_click_sessions.started_at as last_identified_at,
        true as is_email_click
    from email_click_sessions
    left join by_session
        on
            email_click_sessions.device_key = by_session.device_key
            and email_click_sessions.started_at = by_session.started_at
    where by_session.device_key is null
)

select * from session_identifications

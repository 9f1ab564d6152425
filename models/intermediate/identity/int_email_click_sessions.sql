{%- set window = var('email_click_session_minutes') -%}
{%- set epoch = "timestamp '1970-01-01 00:00:00'" -%}
with email_events as (
    select * from {{ ref('email_events') }}
    where event_type = 'clicked'
),

person_identifiers as (select * from {{ ref('int_person_identifiers') }}),

campaigns as (select * from {{ ref('campaigns') }}),

traffic_channels as (
    select * from {{ ref('int_traffic_channels') }}
    where channel = 'Email'
),

sessions as (
    select
        web_sessions.device_key,
        web_sessions.started_at,
        web_sessions.landing_path,
        traffic_channels.campaign,
        traffic_channels.url_campaign_id,
        floor(
            {{ seconds_between(epoch, 'web_sessions.started_at') }} / ({{ window }} * 60)
        ) as slot
    from {{ ref('int_web_sessions') }} as web_sessions
    inner join traffic_channels on web_sessions.traffic_key = traffic_channels.traffic_key
    where web_sessions.set_aside_because is null
),

clicks as (
    select
        email_events.event_id,
        email_events.campaign_id,
        campaigns.campaign_name,
        {{ url_path('email_events.link_url') }} as link_path,
        coalesce(crm.person_key, emails.person_key) as person_key,
        floor(
            {{ seconds_between(epoch, 'email_events.occurred_at') }} / ({{ window }} * 60)
        ) as slot,
        email_events.occurred_at
    from email_events
    left join campaigns on email_events.campaign_id = campaigns.campaign_id
    left join person_identifiers as crm
        on crm.identifier_type = 'crm' and email_events.person_id = crm.identifier
    left join person_identifiers as emails
        on
            emails.identifier_type = 'email'
            and {{ normalised_email('email_events.email') }} = emails.identifier
    where coalesce(crm.person_key, emails.person_key) is not null
),

-- A click and a session fit if they have a label in common: the path of the link, or the campaign.
-- Sessions within reach of a click start in its slot of time or in the next.
click_labels as (
    select
        clicks.event_id,
        clicks.person_key,
        case kinds.kind
            when 'path' then 'path ' || clicks.link_path
            when 'id' then 'campaign ' || lower(clicks.campaign_id)
            when 'name' then 'campaign ' || lower(clicks.campaign_name)
        end as label,
        clicks.slot + steps.step as slot,
        clicks.occurred_at
    from clicks
    cross join (values ('path'), ('id'), ('name')) as kinds (kind)
    cross join (values (0), (1)) as steps (step)
),

session_labels as (
    select
        sessions.device_key,
        case kinds.kind
            when 'path' then 'path ' || sessions.landing_path
            when 'id' then 'campaign ' || sessions.url_campaign_id
            when 'name' then 'campaign ' || nullif(sessions.campaign, '(none)')
        end as label,
        sessions.slot,
        sessions.started_at
    from sessions
    cross join (values ('path'), ('id'), ('name')) as kinds (kind)
),

fitting as (
    select distinct
        click_labels.event_id,
        click_labels.person_key,
        session_labels.device_key,
        session_labels.started_at
    from click_labels
    inner join session_labels
        on
            click_labels.label = session_labels.label
            and click_labels.slot = session_labels.slot
            and click_labels.occurred_at <= session_labels.started_at
            and {{ dbt.dateadd('minute', window, 'click_labels.occurred_at') }}
            >= session_labels.started_at
),

-- A click that fits two sessions says nothing of either.
single as (
    select *
    from fitting
    qualify count(*) over (partition by event_id) = 1
),

-- Nor do the clicks of two people before one session.
email_click_sessions as (
    select
        device_key,
        started_at,
        min(person_key) as person_key
    from single
    group by device_key, started_at
    having min(person_key) = max(person_key)
)

select * from email_click_sessions

-- Sessions must equal those of fct_sessions, and sent emails the sent events, also by campaign.
with reported as (
    select
        sum(sessions_count) as sessions_count,
        sum(emails_sent_count) as sent_count
    from {{ ref('rpt_engagement') }}
),

sessions as (
    select count(*) as sessions_count
    from {{ ref('fct_sessions') }}
),

emails as (
    select count(case when event_type = 'sent' then 1 end) as sent_count
    from {{ ref('email_events') }}
),

by_campaign as (
    select sum(sent_count) as sent_count from {{ ref('rpt_email_performance') }}
)

select
    reported.sessions_count,
    reported.sent_count,
    by_campaign.sent_count as sent_by_campaign_count
from reported
cross join sessions
cross join emails
cross join by_campaign
where
    coalesce(reported.sessions_count, 0) <> sessions.sessions_count
    or coalesce(reported.sent_count, 0) <> emails.sent_count
    or coalesce(by_campaign.sent_count, 0) <> emails.sent_count

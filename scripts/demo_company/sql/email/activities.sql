create table marketo.activity_send_email as
select
    'a1_' || mailing as id,
    'mk' || person as lead_id,
    sent_at as activity_date,
    campaign_id,
    mail_name as primary_attribute_value,
    case when is_bounced then 'failed' else 'succeeded' end as action_result
from mailings
where sent_at <= as_of_end();

create table marketo.activity_email_delivered as
select
    'a2_' || mailing as id,
    'mk' || person as lead_id,
    sent_at + interval 3 second as activity_date,
    campaign_id,
    mail_name as primary_attribute_value
from mailings
where not is_bounced and sent_at + interval 3 second <= as_of_end();

create table marketo.activity_open_email as
select
    'a3_' || mailing as id,
    'mk' || person as lead_id,
    opened_at as activity_date,
    campaign_id,
    mail_name as primary_attribute_value
from mailings
where is_opened and not is_bounced and opened_at <= as_of_end();

create table marketo.activity_click_email as
select
    'a4_' || mailing as id,
    'mk' || person as lead_id,
    clicked_at as activity_date,
    campaign_id,
    mail_name as primary_attribute_value,
    link
from mailings
where clicked_at is not null and clicked_at <= as_of_end();

create table marketo.activity_email_bounced as
select
    'a5_' || mailing as id,
    'mk' || person as lead_id,
    sent_at + interval 9 second as activity_date,
    campaign_id,
    mail_name as primary_attribute_value
from mailings
where is_bounced and sent_at + interval 9 second <= as_of_end();

create table marketo.activity_unsubscribe_email as
select
    'a6_' || mailing as id,
    'mk' || person as lead_id,
    sent_at + interval 2 hour as activity_date,
    campaign_id,
    mail_name as primary_attribute_value
from mailings
where is_unsubscribed and not is_bounced and sent_at + interval 2 hour <= as_of_end()

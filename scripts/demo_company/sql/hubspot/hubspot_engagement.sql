create table hubspot.engagement_call as
select
    id as engagement_id,
    upper(call_type) as property_hs_call_direction,
    'COMPLETED' as property_hs_call_status,
    case call_disposition
        when 'Connected' then 'f240bbac-87c9-4f6e-bf70-924b57d47db7'
        when 'Busy' then '9d9162e7-6cf3-4944-bf63-4dff82258764'
        when 'No Answer' then '73a0d17f-1163-4015-bdd5-ec830791da20'
        when 'Left Voicemail' then 'b2cf5968-551e-4856-9783-52b3da59a7d0'
    end as property_hs_call_disposition,
    owner_id as property_hubspot_owner_id,
    completed_date_time as property_hs_timestamp,
    created_date as property_hs_createdate,
    is_deleted as _fivetran_deleted,
    _fivetran_synced
from salesforce.task
where type = 'Call';

create table hubspot.engagement_email as
select
    id as engagement_id,
    'EMAIL' as property_hs_email_direction,
    owner_id as property_hubspot_owner_id,
    completed_date_time as property_hs_timestamp,
    created_date as property_hs_createdate,
    is_deleted as _fivetran_deleted,
    _fivetran_synced
from salesforce.task
where type = 'Email';

create table hubspot.engagement_meeting as
select
    id as engagement_id,
    case when no_show_c then 'NO_SHOW' else 'SCHEDULED' end as property_hs_meeting_outcome,
    null::varchar as meeting_outcome,
    owner_id as property_hubspot_owner_id,
    start_date_time as property_hs_meeting_start_time,
    null::timestamp as start_time,
    start_date_time as property_hs_timestamp,
    created_date as property_hs_createdate,
    is_deleted as _fivetran_deleted,
    _fivetran_synced
from salesforce.event;

create table hubspot.engagement_task as
select
    null::varchar as engagement_id,
    null::varchar as property_hs_task_status,
    null::varchar as property_hubspot_owner_id,
    null::timestamp as property_hs_task_completion_date,
    null::timestamp as property_hs_timestamp,
    null::timestamp as property_hs_createdate,
    false as _fivetran_deleted,
    synced() as _fivetran_synced
where false;

create table engagements as
select
    id,
    who_id,
    what_id,
    account_id,
    owner_id,
    created_date,
    coalesce(completed_date_time, created_date) as happened_at
from salesforce.task
union all
select
    id,
    who_id,
    what_id,
    account_id,
    owner_id,
    created_date,
    start_date_time
from salesforce.event;

create table hubspot.engagement as
select
    id,
    owner_id,
    happened_at as timestamp,
    created_date as created_at,
    synced() as _fivetran_synced
from engagements;

create table hubspot.engagement_contact as
select
    id as engagement_id,
    contact_id,
    synced() as _fivetran_synced
from engagements
inner join contact_ids on engagements.who_id = contact_ids.record_id;

create table hubspot.engagement_company as
select
    id as engagement_id,
    account_id as company_id,
    synced() as _fivetran_synced
from engagements
where account_id is not null;

create table hubspot.engagement_deal as
select
    id as engagement_id,
    what_id as deal_id,
    synced() as _fivetran_synced
from engagements
where what_id[:3] = '006'

create table generic.privacy_requests as
select
    'generic' as source_system,
    'email' as subject_type,
    email as subject_id,
    case when u(person, 'erase') < 0.2 then 'erase' else 'withdraw_consent' end as request_type,
    to_second(in_office(
        lead_at + seconds_of(30 + u(person, 'privacy day') * 200), u(person, 'privacy hour')
    )) as effective_at
from crm_leads
inner join (select person, email from people) as emails using (person)
where u(person, 'privacy') < 0.005 and lead_at < timestamp '2025-05-01'

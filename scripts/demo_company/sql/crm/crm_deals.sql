create table crm_deals as
select
    *,
    '006' || lpad((company * 10)::varchar, 9, '0') as opportunity_id
from deals
where opportunity_at <= as_of_end()

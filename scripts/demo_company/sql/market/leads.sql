create table leads as
select lead_touches.*
from lead_touches
inner join lead_scores using (person)
where dropped = '(none)' and is_lead

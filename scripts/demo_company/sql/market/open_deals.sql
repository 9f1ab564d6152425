create table open_deals as
select pursuits.*
from pursuits
inner join opportunity_scenarios using (company)
where dropped = '(none)' and is_opportunity

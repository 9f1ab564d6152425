create table mqls as
select mql_candidates.*
from mql_candidates
inner join person_scenarios using (person)
where dropped = '(none)' and is_mql

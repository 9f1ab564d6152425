-- Nothing after the last day has happened yet, and a phase that was not reached has no touches.
create table happened as
select touches.*
from touches
left join person_scenarios
    on
        touches.person = person_scenarios.person
        and person_scenarios.dropped = '(none)'
left join open_deals on touches.company = open_deals.company
where touched_at <= as_of_end()

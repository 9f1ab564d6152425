create table deals as
select
    open_deals.*,
    is_won
from open_deals
inner join won_scenarios using (company)
where dropped = '(none)'

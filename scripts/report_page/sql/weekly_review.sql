select item_type, item_name, team, owner_name, reading, suggested_action, amount, event_date
from marts.rpt_weekly_review
order by position, abs(amount) desc nulls last, item_name
limit 200

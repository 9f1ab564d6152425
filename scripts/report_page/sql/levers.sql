select lever, change_rate, current_value, changed_value, bookings_change_12m, effect_rank
from marts.rpt_funnel_sensitivity
order by effect_rank, change_rate, lever

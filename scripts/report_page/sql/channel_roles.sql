select channel, journey_stage, model, touches_count, credited_value
from marts.rpt_channel_roles
where credited_value > 0 and journey_stage not like '(%'
order by
    list_position(['awareness', 'consideration', 'decision', 'customer'], journey_stage),
    channel, model

create table effects as
select * replace (nullif(needed_channel, '') as needed_channel)
from (values {{ effects | join(', ') }})
    as effects (channel, lead_points, mql_points, opportunity_points, won_points, needed_channel)

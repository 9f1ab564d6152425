create table effects as
select * from (values {{ effects | join(', ') }})
    as effects (channel, lead_points, mql_points, opportunity_points, won_points)

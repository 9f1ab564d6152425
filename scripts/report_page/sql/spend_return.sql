-- The spend of a month stands beside the value of the conversions that its touches led to.
with main_type as (
    select conversion_type
    from marts.rpt_channel_performance
    where conversion_type in ('won', 'order')
    group by conversion_type
    order by sum(credited_value) desc, conversion_type desc
    limit 1
)
select
    performance.period_month, performance.channel, performance.model,
    performance.credited_value, performance.spend
from marts.rpt_channel_performance as performance
inner join main_type using (conversion_type)
where
    performance.basis = 'touch_month'
    and performance.channel in (
        select channel from marts.rpt_channel_performance group by channel having sum(spend) > 0
    )
    and (performance.spend > 0 or performance.credited_value > 0)
order by all

-- Won opportunities or orders, whichever carry more value; low and high are the 5th and 95th percentile of the bootstrap.
with compared as (
    select
        channel, conversion_type, model, credited_value, credited_share,
        min(credited_share) filter (where model <> 'response') over by_channel as lowest_share,
        max(credited_share) filter (where model <> 'response') over by_channel as highest_share
    from marts.rpt_attribution_model_comparison
    where conversion_type in ('won', 'order')
    window by_channel as (partition by channel, conversion_type)
),
main_type as (
    select conversion_type
    from compared
    group by conversion_type
    order by sum(credited_value) desc, conversion_type desc
    limit 1
)
select
    compared.channel, compared.model, compared.conversion_type, compared.credited_value,
    round(compared.credited_share, 6) as credited_share,
    round(effects.low, 6) as low, round(effects.high, 6) as high,
    round(compared.lowest_share, 6) as lowest_share,
    round(compared.highest_share, 6) as highest_share
from compared
inner join main_type using (conversion_type)
left join marts.rpt_channel_effects as effects using (channel, conversion_type, model)
where compared.credited_share > 0 or compared.highest_share > 0
order by compared.model, compared.credited_share desc, compared.channel

create table channel_variants as
select
    channel,
    list(variant order by variant) as options
from variants, range(10) as repeats (turn)
where turn < weight
group by channel

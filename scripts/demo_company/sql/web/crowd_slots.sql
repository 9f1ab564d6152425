-- Shares of the crowd: its mix of channels, times the weights of the variants of each.
create table crowd_slots as
with shares as (
    select
        variant,
        channel_weight * weight / sum(weight) over (partition by channel) as share
    from variants
    inner join (
        select
            channel,
            count(*) as channel_weight
        from mix_slots
        where mix = 9
        group by channel
    )
        using (channel)
),

spans as (
    select
        variant,
        floor(
            sum(share) over (order by variant) / sum(share) over ()
            * 10000 + 0.5
        )::bigint as upto
    from shares
)

select
    variant,
    unnest(range(coalesce(lag(upto) over (order by variant), 0), upto)) as slot
from spans

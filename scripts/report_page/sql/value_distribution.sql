-- Powers of ten in halves: below 1, 1 to 3, 3 to 10 and so on.
with bands as (
    select
        lifetime_margin,
        case
            when lifetime_margin < 1 then 0
            else cast(
                floor(log10(lifetime_margin)) * 2
                + case when lifetime_margin >= 3 * pow(10, floor(log10(lifetime_margin))) then 1 else 0 end
                as bigint
            ) + 1
        end as band
    from marts.fct_customer_value
    where lifetime_margin is not null
)
select
    band,
    case when band > 0 then pow(10, (band - 1) // 2) * if((band - 1) % 2 = 1, 3, 1) end as from_value,
    count(*) as customers_count, sum(lifetime_margin) as lifetime_margin
from bands
group by band
order by band

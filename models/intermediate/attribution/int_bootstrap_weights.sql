with digits as (
    select digits.digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digits (digit)
),

numbers as (
    select ones.digit + 10 * tens.digit + 100 * hundreds.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
),

draws as (
    select
        cast(account_groups.number as int) as bootstrap_group,
        cast(replicates.number as int) as replicate,
        (cast({{ md5_number(
            "cast(account_groups.number as string) || '|' || cast(replicates.number as string)"
        ) }} as double) + 0.5) / 4294967296 as draw
    from numbers as account_groups
    cross join numbers as replicates
    where
        account_groups.number < {{ var('attribution_bootstrap_groups') }}
        and replicates.number <= {{ var('attribution_bootstrap_replicates') }}
),

-- Invert the distribution function of Poisson(1). Replicate 0 is the data itself.
weights as (
    select
        bootstrap_group,
        replicate,
        case
            when replicate = 0 then 1
            when draw < 0.36787944117 then 0
            when draw < 0.73575888234 then 1
            when draw < 0.91969860293 then 2
            when draw < 0.98101184312 then 3
            when draw < 0.99634015317 then 4
            when draw < 0.99940581518 then 5
            when draw < 0.99991675885 then 6
            when draw < 0.99998975080 then 7
            else 8
        end as weight
    from draws
)

select * from weights
where weight > 0

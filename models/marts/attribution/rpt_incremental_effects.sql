with observed as (select * from {{ ref('int_response_effects') }}),

combined as (select * from {{ ref('int_combined_effects') }}),

baseline as (
    select
        message,
        won_amount
    from observed
    where channel = '(baseline)'
),

spend as (
    select
        channel,
        sum(spend) as spend
    from {{ ref('int_spend') }}
    group by channel
),

by_source as (
    select
        channel,
        'observed' as source,
        incremental_revenue,
        low,
        high,
        0 as lift_tests_count
    from observed
    union all
    select
        channel,
        'experiment' as source,
        tested_revenue as incremental_revenue,
        tested_revenue - 1.2815515655446004e0 * tested_standard_error as low,
        tested_revenue + 1.2815515655446004e0 * tested_standard_error as high,
        lift_tests_count
    from combined
    where tested_revenue is not null
    union all
    select
        channel,
        'combined' as source,
        incremental_revenue,
        incremental_revenue - 1.2815515655446004e0 * standard_error as low,
        incremental_revenue + 1.2815515655446004e0 * standard_error as high,
        lift_tests_count
    from combined
),

-- Without an interval, the effect may be anything up to all that was won.
valued as (
    select
        by_source.*,
        baseline.won_amount,
        baseline.message,
        coalesce(by_source.high - by_source.low, baseline.won_amount)
        * coalesce(
            cast(spend.spend as double) / nullif(cast(sum(spend.spend) over (
                partition by by_source.source
            ) as double), 0), 0
        ) as value_of_next_test
    from by_source
    cross join baseline
    left join spend on by_source.channel = spend.channel
),

published as (
    select
        channel,
        source,
        cast(incremental_revenue as decimal(18, 2)) as incremental_revenue,
        cast(
            case when channel = '(baseline)' and low < 0 then 0 else low end as decimal(18, 2)
        ) as low,
        cast(
            case when channel = '(baseline)' and high > won_amount then won_amount else high end
            as decimal(18, 2)
        ) as high,
        cast(lift_tests_count as bigint) as lift_tests_count,
        cast(
            case
                when source = 'combined' and channel <> '(baseline)' then value_of_next_test
            end as decimal(18, 2)
        ) as value_of_next_test,
        cast(won_amount as decimal(18, 2)) as won_amount,
        message
    from valued
)

select * from published

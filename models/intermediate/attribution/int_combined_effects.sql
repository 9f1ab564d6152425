with observed as (select * from {{ ref('int_response_effects') }}),

baseline as (
    select
        incremental_revenue,
        won_amount - incremental_revenue as caused_by_all,
        standard_error,
        won_amount
    from observed
    where channel = '(baseline)'
),

tests as (
    select
        channel,
        sum(1 / power(standard_error, 2)) as test_precision,
        sum(incremental_revenue / power(standard_error, 2))
        / sum(1 / power(standard_error, 2)) as tested_revenue,
        count(*) as lift_tests_count
    from {{ ref('int_lift_test_effects') }}
    group by channel
),

channels as (
    select channel from observed
    where channel <> '(baseline)'
    union
    select channel from tests
    union
    select channel from {{ ref('int_spend') }}
),

-- An estimate that is not fitted has no say beside a test. Without draws of the parameters or a
-- test there is no interval.
weighted as (
    select
        channels.channel,
        coalesce(observed.incremental_revenue, 0) as observed_revenue,
        coalesce(1 / nullif(power(observed.standard_error, 2), 0), 0) as observed_precision,
        tests.tested_revenue,
        coalesce(tests.test_precision, 0) as test_precision,
        coalesce(tests.lift_tests_count, 0) as lift_tests_count,
        observed.low is not null or tests.channel is not null as has_interval
    from channels
    left join observed on channels.channel = observed.channel
    left join tests on channels.channel = tests.channel
),

combined as (
    select
        weighted.channel,
        case
            when weighted.test_precision + weighted.observed_precision > 0
                then
                    (
                        coalesce(weighted.tested_revenue, 0) * weighted.test_precision
                        + weighted.observed_revenue * weighted.observed_precision
                    ) / (weighted.test_precision + weighted.observed_precision)
            when baseline.incremental_revenue is not null then weighted.observed_revenue
        end as incremental_revenue,
        case
            when weighted.has_interval
                then 1 / sqrt(nullif(weighted.test_precision + weighted.observed_precision, 0))
        end as standard_error,
        weighted.tested_revenue,
        1 / sqrt(nullif(weighted.test_precision, 0)) as tested_standard_error,
        weighted.lift_tests_count
    from weighted
    cross join baseline
),

totals as (
    select
        coalesce(sum(lift_tests_count), 0) as lift_tests_count,
        coalesce(sum(greatest(incremental_revenue, 0)), 0) as sum_of_effects,
        coalesce(max(greatest(incremental_revenue, 0)), 0) as largest_effect
    from combined
),

-- A test of one channel does not say what would be left without any. But all together cause no less
-- than one of them, and no more than the sum.
combined_baseline as (
    select
        '(baseline)' as channel,
        baseline.won_amount - case
            when totals.lift_tests_count = 0 then baseline.caused_by_all
            else least(
                greatest(coalesce(baseline.caused_by_all, 0), totals.largest_effect),
                totals.sum_of_effects,
                baseline.won_amount
            )
        end as incremental_revenue,
        baseline.standard_error,
        cast(null as double) as tested_revenue,
        cast(null as double) as tested_standard_error,
        totals.lift_tests_count
    from baseline
    cross join totals
)

select * from combined
union all
select * from combined_baseline

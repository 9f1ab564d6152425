-- A test becomes revenue by the conversions of its days and by what was won. Without either,
-- nothing can be computed from it. Rows with mistakes are found by another test, and a test that
-- has not ended does not count yet.
{{ config(severity='warn') }}

with ended as (
    select
        lift_tests.channel,
        lift_tests.metric,
        lift_tests.start_date,
        lift_tests.end_date,
        nullif(lift_tests.campaign, '') as campaign_id
    from {{ ref('lift_tests') }} as lift_tests
    cross join {{ ref('as_of') }} as as_of
    where
        lift_tests.standard_error > 0
        and lift_tests.incremental_conversions is not null
        and lift_tests.metric in ('lead', 'mql', 'opportunity', 'won')
        and lift_tests.end_date between lift_tests.start_date and as_of.as_of_date
),

used as (select * from {{ ref('int_lift_test_effects') }}),

won as (
    select max(won_amount) as won_amount
    from {{ ref('int_response_effects') }}
    where channel = '(baseline)'
),

left_out as (
    select
        ended.channel,
        ended.metric,
        ended.start_date,
        ended.end_date,
        case
            when coalesce(won.won_amount, 0) <= 0
                then
                    'no new business is won yet, so the test is worth no revenue.'
                    || ' It will count from the first opportunity won'
            when ended.campaign_id is null
                then
                    'the company had no such conversion in these days.'
                    || ' Correct the dates or the metric, or delete the row'
            else
                'the company had no such conversion, or no touch of campaign ' || ended.campaign_id
                || ', in these days. Correct the dates, the metric or the campaign,'
                || ' or delete the row'
        end as reason
    from ended
    cross join won
    left join used
        on
            ended.channel = used.channel
            and ended.metric = used.metric
            and ended.start_date = used.start_date
            and ended.end_date = used.end_date
            and coalesce(ended.campaign_id, '') = coalesce(used.campaign_id, '')
    where used.channel is null
)

select
    concat(
        'rules/lift_tests.csv, ', channel, ' ', metric, ' ', cast(start_date as string), ' to ',
        cast(end_date as string), ' is not used: ', reason
    ) as finding
from left_out
order by finding

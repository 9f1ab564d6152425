-- A test that names no channel of the company, or that has no length or no precision, would be left
-- out or spoil the estimate.
{{ config(meta={'advice': 'Correct rules/lift_tests.csv in the raw location, or the seed;'
    ~ ' its columns are described in seeds/rules/lift_tests.yml.'}) }}

with lift_tests as (
    select
        *,
        nullif(campaign, '') as campaign_id
    from {{ ref('lift_tests') }}
),

channels as (
    select channel
    from {{ ref('dim_channels') }}
    where channel not like '(%'
),

campaigns as (
    select distinct
        channel,
        campaign_id
    from {{ ref('int_followed_touchpoints') }}
),

problems as (
    select
        lift_tests.*,
        case
            when channels.channel is null
                then 'there is no such channel; write it as in dim_channels'
            when
                lift_tests.metric is null
                or lift_tests.metric not in ('lead', 'mql', 'opportunity', 'won')
                then 'the metric must be lead, mql, opportunity or won'
            when lift_tests.start_date is null or lift_tests.end_date is null
                then 'it needs a start_date and an end_date'
            when lift_tests.end_date < lift_tests.start_date then 'it ends before it starts'
            when lift_tests.incremental_conversions is null
                then 'incremental_conversions is missing'
            when coalesce(lift_tests.standard_error, 0) <= 0
                then 'the standard error must be above 0'
            when lift_tests.campaign_id is not null and campaigns.campaign_id is null
                then 'no touch of this channel is of the campaign; write its id as in dim_campaigns'
        end as problem
    from lift_tests
    left join channels on lift_tests.channel = channels.channel
    left join campaigns
        on
            lift_tests.channel = campaigns.channel
            and lift_tests.campaign_id = campaigns.campaign_id
)

select
    concat(
        'rules/lift_tests.csv, ', coalesce(channel, 'no channel'), ' ',
        coalesce(metric, 'no metric'), ' ', coalesce(cast(start_date as string), ''), ' to ',
        coalesce(cast(end_date as string), ''), ': ', problem
    ) as finding
from problems
where problem is not null

with lift_tests as (
    select
        *,
        nullif(campaign, '') as campaign_id
    from {{ ref('lift_tests') }}
    where standard_error > 0
),

as_of as (select * from {{ ref('as_of') }}),

opportunities as (
    select
        opportunity_id,
        opportunity_type
    from {{ ref('int_opportunities') }}
),

won as (
    select won_amount
    from {{ ref('int_response_effects') }}
    where channel = '(baseline)'
),

conversions as (
    select
        conversions.conversion_type as metric,
        {{ reporting_date('conversions.converted_at') }} as converted_date
    from {{ ref('int_conversions') }} as conversions
    left join opportunities on conversions.opportunity_id = opportunities.opportunity_id
    where
        conversions.conversion_type in ('lead', 'mql')
        or (
            conversions.conversion_type in ('opportunity', 'won')
            and opportunities.opportunity_type = 'new_business'
        )
),

touchpoints as (
    select
        channel,
        campaign_id,
        {{ reporting_date('touched_at') }} as touched_date
    from {{ ref('int_followed_touchpoints') }}
    where is_attributable
),

converted as (
    select
        lift_tests.channel,
        lift_tests.campaign_id,
        lift_tests.metric,
        lift_tests.start_date,
        lift_tests.end_date,
        lift_tests.incremental_conversions,
        lift_tests.standard_error,
        count(*) as conversions_count
    from lift_tests
    inner join conversions
        on
            lift_tests.metric = conversions.metric
            and conversions.converted_date between lift_tests.start_date and lift_tests.end_date
    group by all
),

-- The channel's other campaigns are taken to work as well, per touch, as the one that was tested.
touched as (
    select
        lift_tests.channel,
        lift_tests.campaign_id,
        lift_tests.metric,
        lift_tests.start_date,
        lift_tests.end_date,
        cast(count(*) as double)
        / nullif(
            count(*) filter (where touchpoints.campaign_id = lift_tests.campaign_id), 0
        ) as touches_per_campaign_touch
    from lift_tests
    inner join touchpoints
        on
            lift_tests.channel = touchpoints.channel
            and touchpoints.touched_date between lift_tests.start_date and lift_tests.end_date
    where lift_tests.campaign_id is not null
    group by all
),

-- What the channel caused of the conversions in the days of the test, it is taken to have caused of
-- the revenue of the report.
effects as (
    select
        converted.channel,
        converted.campaign_id,
        converted.metric,
        converted.conversions_count,
        cast(converted.incremental_conversions as double) / converted.conversions_count
        * coalesce(touched.touches_per_campaign_touch, 1) * cast(won.won_amount as double)
            as incremental_revenue,
        cast(converted.standard_error as double) / converted.conversions_count
        * coalesce(touched.touches_per_campaign_touch, 1) * cast(won.won_amount as double)
            as standard_error,
        converted.start_date,
        converted.end_date
    from converted
    cross join won
    cross join as_of
    left join touched
        on
            converted.channel = touched.channel
            and converted.campaign_id = touched.campaign_id
            and converted.metric = touched.metric
            and converted.start_date = touched.start_date
            and converted.end_date = touched.end_date
    where
        converted.end_date <= as_of.as_of_date
        and won.won_amount > 0
        and (converted.campaign_id is null or touched.touches_per_campaign_touch is not null)
)

select * from effects

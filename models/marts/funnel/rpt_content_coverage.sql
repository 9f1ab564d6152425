with content as (
    select
        content_id,
        coalesce(intended_stage, '(none)') as intended_stage,
        coalesce(content_type, '(none)') as content_type
    from {{ ref('dim_content') }}
    where content_id <> '(none)'
),

accounts as (select * from {{ ref('dim_accounts') }}),

content_touches as (select * from {{ ref('int_content_touches') }}),

touchpoints as (select * from {{ ref('fct_touchpoints') }}),

paths as (select * from {{ ref('int_attribution_paths') }}),

conversions as (select * from {{ ref('int_conversions') }}),

-- Touches of people without an account, of anonymous visitors and hidden ones have no segment.
used as (
    select
        content.intended_stage,
        content.content_type,
        coalesce(accounts.segment, '(none)') as segment,
        count(*) as touches_count,
        count(distinct content.content_id) as used_items_count,
        count(case when campaigns.launched_by = 'sales' then 1 end) as sales_use_count
    from content_touches
    inner join content on content_touches.content_id = content.content_id
    left join touchpoints on content_touches.touchpoint_id = touchpoints.touchpoint_id
    left join accounts on touchpoints.account_id = accounts.account_id
    left join {{ ref('dim_campaigns') }} as campaigns
        on touchpoints.campaign_id = campaigns.campaign_id
    group by all
),

-- An opportunity counts once per row, however many items of its path the row has.
on_paths as (
    select distinct
        content.intended_stage,
        content.content_type,
        coalesce(accounts.segment, '(none)') as segment,
        conversions.conversion_id,
        conversions.conversion_value
    from content_touches
    inner join content on content_touches.content_id = content.content_id
    inner join paths on content_touches.touchpoint_id = paths.touchpoint_id
    inner join conversions on paths.conversion_id = conversions.conversion_id
    left join accounts on conversions.account_id = accounts.account_id
    where conversions.conversion_type = 'won'
),

influenced as (
    select
        intended_stage,
        content_type,
        segment,
        sum(conversion_value) as influenced_amount
    from on_paths
    group by all
),

stages as (
    select distinct journey_stage as intended_stage from {{ ref('funnel_stages') }}
    where journey_stage in ('awareness', 'consideration', 'decision')
    union
    select intended_stage from content
),

types as (select distinct content_type from content),

segments as (
    select segment from accounts
    union
    select '(none)' as segment
),

-- Every type of content for every stage and segment, so that what is missing has a row.
slots as (
    select
        stages.intended_stage,
        segments.segment,
        types.content_type,
        count(items.content_id) as items_count
    from stages
    cross join segments
    cross join types
    left join content as items
        on
            stages.intended_stage = items.intended_stage
            and types.content_type = items.content_type
    group by all
),

final as (
    select
        slots.intended_stage,
        slots.segment,
        slots.content_type,
        cast(slots.items_count as bigint) as items_count,
        cast(coalesce(used.used_items_count, 0) as bigint) as used_items_count,
        cast(coalesce(used.touches_count, 0) as bigint) as touches_count,
        cast(coalesce(used.sales_use_count, 0) as bigint) as sales_use_count,
        cast(coalesce(influenced.influenced_amount, 0) as decimal(18, 2)) as influenced_amount,
        slots.segment <> '(none)' and coalesce(used.touches_count, 0) = 0 as is_gap
    from slots
    left join used
        on
            slots.intended_stage = used.intended_stage
            and slots.segment = used.segment
            and slots.content_type = used.content_type
    left join influenced
        on
            slots.intended_stage = influenced.intended_stage
            and slots.segment = influenced.segment
            and slots.content_type = influenced.content_type
)

select * from final

with conversions as (select * from {{ ref('int_attribution_conversions') }}),

conversion_people as (select * from {{ ref('int_conversion_people') }}),

paths as (select * from {{ ref('int_attribution_paths') }}),

became_leads as (
    select
        conversion_id,
        min(became_lead_at) as became_lead_at
    from conversion_people
    group by conversion_id
),

-- Ignore events that the conversion type does not have, and events after the conversion.
anchor_times as (
    select
        conversions.conversion_id,
        conversions.conversion_number,
        case
            when
                became_leads.became_lead_at <= conversions.converted_at
                then became_leads.became_lead_at
        end as became_lead_at,
        case
            when conversions.opportunity_created_at <= conversions.converted_at
                then conversions.opportunity_created_at
        end as opportunity_created_at,
        case when conversions.conversion_type = 'won' then conversions.converted_at end as won_at
    from conversions
    left outer join became_leads on conversions.conversion_id = became_leads.conversion_id
),

-- Positions follow time, so the position of the last touch up to a moment is the number of touches
-- up to it.
anchors as (
    select
        anchor_times.conversion_id,
        anchor_times.conversion_number,
        count(paths.position) as touches_count,
        min(paths.position) as first_position,
        nullif(count(*) filter (where paths.touched_at <= anchor_times.became_lead_at), 0)
            as lead_position,
        nullif(
            count(*) filter (where paths.touched_at <= anchor_times.opportunity_created_at), 0
        ) as opportunity_position,
        nullif(count(*) filter (where paths.touched_at <= anchor_times.won_at), 0) as won_position,
        max(paths.position) as last_position,
        coalesce(
            max(case when paths.channel <> 'Direct' then paths.position end), max(paths.position)
        ) as non_direct_position,
        max(paths.touched_at) as last_touched_at
    from anchor_times
    left outer join paths on anchor_times.conversion_number = paths.conversion_number
    group by anchor_times.conversion_id, anchor_times.conversion_number
),

-- A shape holds everything that position-based models use, so equal shapes get equal credit.
shaped as (
    select
        conversion_id,
        conversion_number,
        cast(dense_rank() over (
            order by
                touches_count asc nulls last,
                lead_position asc nulls last,
                opportunity_position asc nulls last,
                won_position asc nulls last,
                non_direct_position asc nulls last
        ) as bigint) as shape_number,
        touches_count,
        first_position,
        lead_position,
        opportunity_position,
        won_position,
        last_position,
        non_direct_position,
        last_touched_at
    from anchors
)

select * from shaped

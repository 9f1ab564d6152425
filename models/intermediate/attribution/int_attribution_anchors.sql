with conversions as (
    select * from {{ ref('int_conversions') }}
),

conversion_people as (
    select * from {{ ref('int_conversion_people') }}
),

paths as (
    select * from {{ ref('int_attribution_paths') }}
),

became_leads as (
    select
        conversion_id,
        min(became_lead_at) as became_lead_at
    from conversion_people
    group by conversion_id
),

-- An event that the type of conversion does not have, or that came later, anchors nothing.
anchor_times as (
    select
        conversions.conversion_id,
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

-- Paths are in the order of time: the last touch up to a moment is at the number of touches
-- up to it.
anchors as (
    select
        anchor_times.conversion_id,
        count(paths.position) as touches_count,
        min(paths.position) as first_position,
        nullif(count(*) filter (where paths.touched_at <= anchor_times.became_lead_at), 0)
            as lead_position,
        nullif(
            count(*) filter (where paths.touched_at <= anchor_times.opportunity_created_at), 0
        ) as opportunity_position,
        nullif(count(*) filter (where paths.touched_at <= anchor_times.won_at), 0) as won_position,
        max(paths.position) as last_position
    from anchor_times
    left outer join paths on anchor_times.conversion_id = paths.conversion_id
    group by anchor_times.conversion_id
)

select * from anchors

{%- set window_start = dbt.dateadd('day', -var('advance_window_days'), 'transitions.exited_at') -%}
with touchpoints as (
    select * from {{ ref('fct_touchpoints') }}
    where person_key is not null
),

funnel_stages as (select * from {{ ref('funnel_stages') }}),

-- Visitors who never became leads are not people, so the entry into stage lead has no comparison.
transitions as (
    select * from {{ ref('fct_stage_transitions') }}
    where not is_parallel and stage not in ('visitor', 'customer')
),

-- The quiet time of a visit ends where the window before an advance begins.
visits as (
    select
        journeys.person_key,
        transitions.stage as from_stage,
        case
            when next_stages.stage_order > funnel_stages.stage_order then transitions.next_stage
        end as stage_entered,
        transitions.entered_at,
        case
            when next_stages.stage_order > funnel_stages.stage_order then {{ window_start }}
            else coalesce(transitions.exited_at, as_of.as_of_end_at)
        end as quiet_until,
        coalesce(transitions.exited_at, as_of.as_of_end_at) as ended_at
    from transitions
    inner join {{ ref('fct_journeys') }} as journeys on transitions.journey_id = journeys.journey_id
    inner join funnel_stages on transitions.stage = funnel_stages.stage
    left join funnel_stages as next_stages on transitions.next_stage = next_stages.stage
    cross join {{ ref('as_of') }} as as_of
    where journeys.person_key is not null
),

-- Advances, and the quiet time in the stage they leave, in windows.
advances as (
    select
        from_stage,
        stage_entered,
        count(*) as advances_count,
        sum(sum(greatest(0, {{ seconds_between('entered_at', 'quiet_until') }})))
            over (partition by from_stage) / (86400 * {{ var('advance_window_days') }})
            as quiet_windows
    from visits
    group by from_stage, stage_entered
),

-- This join fans out: a touch can precede several advances. Quiet touches enter no stage.
placed as (
    select
        touchpoints.touch_type,
        touchpoints.channel,
        coalesce(touchpoints.content_id, '(none)') as content_id,
        visits.from_stage,
        case when touchpoints.touched_at > visits.quiet_until then visits.stage_entered end
            as stage_entered,
        count(*) as touches_count
    from visits
    inner join touchpoints
        on
            visits.person_key = touchpoints.person_key
            and touchpoints.touched_at > least(visits.entered_at, visits.quiet_until)
            and touchpoints.touched_at <= visits.ended_at
    group by all
),

compared as (
    select
        moments.touch_type,
        moments.channel,
        moments.content_id,
        advances.stage_entered,
        cast(sum(advances.advances_count) as bigint) as advances_count,
        cast(coalesce(sum(before.touches_count), 0) as bigint) as touches_count,
        cast(coalesce(
            sum(quiet.touches_count * advances.advances_count / nullif(advances.quiet_windows, 0)), 0
        ) as double) as expected_count
    from (select distinct touch_type, channel, content_id from placed) as moments
    cross join advances
    left join placed as before
        on
            moments.touch_type = before.touch_type
            and moments.channel = before.channel
            and moments.content_id = before.content_id
            and advances.from_stage = before.from_stage
            and advances.stage_entered = before.stage_entered
    left join placed as quiet
        on
            moments.touch_type = quiet.touch_type
            and moments.channel = quiet.channel
            and moments.content_id = quiet.content_id
            and advances.from_stage = quiet.from_stage
            and quiet.stage_entered is null
    where advances.stage_entered is not null
    group by all
),

final as (
    select
        compared.touch_type,
        compared.channel,
        compared.content_id,
        content.title as content_title,
        compared.stage_entered,
        compared.advances_count,
        compared.touches_count,
        cast(compared.touches_count as double) / compared.advances_count as touches_per_advance,
        compared.expected_count / compared.advances_count as expected_touches_per_advance,
        case
            when compared.expected_count >= {{ var('advance_minimum_expected_touches') }}
                then compared.touches_count / compared.expected_count
        end as ratio
    from compared
    left join {{ ref('dim_content') }} as content on compared.content_id = content.content_id
    where compared.touches_count > 0 or compared.expected_count > 0
)

select * from final

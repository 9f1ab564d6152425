with statuses as (
    select * from {{ ref('int_person_statuses') }}
),

touchpoints as (
    select * from {{ ref('int_touchpoints') }}
),

visible_people as (
    select * from {{ ref('int_visible_people') }}
),

sales_activities as (
    select * from {{ ref('sales_activities') }}
),

person_identifiers as (
    select * from {{ ref('int_person_identifiers') }}
    where identifier_type = 'crm'
),

as_of as (
    select * from {{ ref('as_of') }}
),

-- A hand-raise of someone who is not known yet counts from when they are.
hand_raises as (
    select distinct
        touchpoints.person_key,
        'mql' as stage,
        'hand_raise' as event_source,
        greatest(touchpoints.touched_at, visible_people.became_lead_at) as occurred_at
    from touchpoints
    inner join visible_people on touchpoints.person_key = visible_people.person_key
    where
        -- The linter puts something longer in the place of the var.
        touchpoints.touch_type in (
            '{{ var("hand_raise_touch_types") | join("', '") }}' -- noqa: LT05
        )
),

-- Only the first one after an MQL makes an SAL: see int_person_pass_events.
completed_activities as (
    select distinct
        person_identifiers.person_key,
        'sal' as stage,
        'sales_activity' as event_source,
        sales_activities.occurred_at
    from sales_activities
    inner join person_identifiers on sales_activities.person_id = person_identifiers.identifier
    cross join as_of
    where
        sales_activities.activity_status in ('held', 'done')
        and sales_activities.occurred_at < as_of.as_of_end_at
),

stage_events as (
    select
        person_key,
        stage,
        'status' as event_source,
        changed_at as occurred_at
    from statuses
    union all
    select * from hand_raises
    union all
    select * from completed_activities
)

select * from stage_events

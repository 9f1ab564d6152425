with meetings as (
    select
        activity_id,
        rescheduled_from_id
    from {{ ref('sales_activities') }}
    where activity_type = 'meeting'
),

-- Each booking points to the one it replaces, the first of its chain to itself.
one_step as (
    select
        meetings.activity_id,
        coalesce(replaced.activity_id, meetings.activity_id) as earlier_id
    from meetings
    left join meetings as replaced on meetings.rescheduled_from_id = replaced.activity_id
),

two_steps as (
    select
        one_step.activity_id,
        further.earlier_id
    from one_step
    inner join one_step as further on one_step.earlier_id = further.activity_id
),

four_steps as (
    select
        two_steps.activity_id,
        further.earlier_id
    from two_steps
    inner join two_steps as further on two_steps.earlier_id = further.activity_id
)

select * from four_steps

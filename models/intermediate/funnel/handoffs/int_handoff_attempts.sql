with handoffs as (
    select * from {{ ref('int_handoffs') }}
),

activities as (
    select * from {{ ref('int_person_activities') }}
),

person_owners as (
    select * from {{ ref('int_person_owners') }}
),

-- Few activities per hand-off: counted in the cadence, and the last one of all.
attempts as (
    select
        handoffs.handoff_id,
        sum(
            case
                when
                    activities.occurred_at
                    <= {{ dbt.dateadd('day', var('cadence_days'), 'handoffs.handed_off_at') }}
                    then 1
                else 0
            end
        ) as attempts_count,
        min(case when activities.is_connected then activities.occurred_at end) as connected_at,
        max(activities.occurred_at) as last_activity_at
    from handoffs
    inner join activities
        on
            handoffs.person_key = activities.person_key
            and handoffs.handed_off_at <= activities.occurred_at
    where
        handoffs.next_handed_off_at is null or activities.occurred_at < handoffs.next_handed_off_at
    group by handoffs.handoff_id
),

given_back as (
    select
        handoffs.handoff_id,
        min(person_owners.changed_at) as given_back_at
    from handoffs
    inner join person_owners
        on
            handoffs.person_key = person_owners.person_key
            and handoffs.handed_off_at < person_owners.changed_at
    where
        not person_owners.is_sales
        and (
            handoffs.next_handed_off_at is null
            or person_owners.changed_at < handoffs.next_handed_off_at
        )
    group by handoffs.handoff_id
),

handoff_attempts as (
    select
        handoffs.handoff_id,
        coalesce(attempts.attempts_count, 0) as attempts_count,
        attempts.connected_at,
        attempts.last_activity_at,
        least(
            given_back.given_back_at,
            case when handoffs.exit_type in ('recycled', 'disqualified') then handoffs.exited_at end
        ) as returned_at
    from handoffs
    left join attempts on handoffs.handoff_id = attempts.handoff_id
    left join given_back on handoffs.handoff_id = given_back.handoff_id
)

select * from handoff_attempts

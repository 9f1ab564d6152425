with handoffs as (
    select
        *,
        coalesce(next_handed_off_at, cast('9999-12-31' as timestamp)) as followed_until
    from {{ ref('int_handoffs') }}
),

activities as (select * from {{ ref('int_person_activities') }}),

business_days as (select * from {{ ref('int_business_days') }}),

as_of as (select * from {{ ref('as_of') }}),

activity_counts as (
    select
        handoffs.handoff_id,
        handoffs.handed_off_at,
        count(
            case
                when
                    activities.occurred_at
                    <= {{ dbt.dateadd('day', var('cadence_days'), 'handoffs.handed_off_at') }}
                    then 1
            end
        ) as attempts_count,
        min(activities.occurred_at) as first_follow_up_at,
        min(case when activities.is_connected then activities.occurred_at end) as connected_at,
        max(activities.occurred_at) as last_activity_at
    from handoffs
    left join activities
        on
            handoffs.person_key = activities.person_key
            and handoffs.handed_off_at <= activities.occurred_at
            and handoffs.followed_until > activities.occurred_at
    group by handoffs.handoff_id, handoffs.handed_off_at
),

-- Without a follow-up, the clock runs until as_of.
waits as (
    select
        activity_counts.*,
        coalesce(activity_counts.first_follow_up_at, as_of.as_of_end_at) as waited_until_at
    from activity_counts
    cross join as_of
),

clocks as (
    select
        *,
        {{ reporting_timestamp('handed_off_at') }} as from_clock,
        {{ reporting_timestamp('waited_until_at') }} as until_clock
    from waits
),

days as (
    select
        *,
        cast(from_clock as date) as from_date,
        cast(until_clock as date) as until_date,
        {{ seconds_between('cast(cast(from_clock as date) as timestamp)', 'from_clock') }}
            as from_second,
        {{ seconds_between('cast(cast(until_clock as date) as timestamp)', 'until_clock') }}
            as until_second
    from clocks
),

-- Business time up to a moment: that of all days before, plus that of the day until the moment.
follow_ups as (
    select
        days.handoff_id,
        days.attempts_count,
        {{ seconds_between('days.handed_off_at', 'days.waited_until_at') }} / 3600 as waited_hours,
        (
            until_days.open_seconds_before
            + least(
                greatest(days.until_second - until_days.opens_second, 0), until_days.open_seconds
            )
            - from_days.open_seconds_before
            - least(greatest(days.from_second - from_days.opens_second, 0), from_days.open_seconds)
        ) / 3600 as waited_business_hours,
        days.first_follow_up_at,
        days.connected_at,
        days.last_activity_at
    from days
    left join business_days as from_days on days.from_date = from_days.date_day
    left join business_days as until_days on days.until_date = until_days.date_day
)

select * from follow_ups

with handoffs as (
    select * from {{ ref('int_handoffs') }}
),

activities as (
    select * from {{ ref('int_person_activities') }}
),

business_days as (
    select * from {{ ref('int_business_days') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

follow_ups as (
    select
        handoffs.handoff_id,
        min(activities.occurred_at) as first_follow_up_at
    from handoffs
    inner join activities
        on
            handoffs.person_key = activities.person_key
            and handoffs.handed_off_at <= activities.occurred_at
    where
        handoffs.next_handed_off_at is null or activities.occurred_at < handoffs.next_handed_off_at
    group by handoffs.handoff_id
),

-- Without a follow-up the clock still runs at as_of.
waits as (
    select
        handoffs.handoff_id,
        handoffs.handed_off_at,
        follow_ups.first_follow_up_at,
        coalesce(follow_ups.first_follow_up_at, as_of.as_of_end_at) as waited_until_at
    from handoffs
    left join follow_ups on handoffs.handoff_id = follow_ups.handoff_id
    cross join as_of
),

-- Both moments by the clock on the wall, and the midnights before them.
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

business_waits as (
    select
        days.handoff_id,
        days.first_follow_up_at,
        {{ seconds_between('days.handed_off_at', 'days.waited_until_at') }} / 3600 as waited_hours,
        (
            until_days.open_seconds_before
            + least(
                greatest(days.until_second - until_days.opens_second, 0), until_days.open_seconds
            )
            - from_days.open_seconds_before
            - least(greatest(days.from_second - from_days.opens_second, 0), from_days.open_seconds)
        ) / 3600 as waited_business_hours
    from days
    left join business_days as from_days on days.from_date = from_days.date_day
    left join business_days as until_days on days.until_date = until_days.date_day
)

select * from business_waits

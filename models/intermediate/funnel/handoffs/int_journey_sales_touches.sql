with journeys as (
    select
        *,
        least(visitor_at, lead_at, mql_at, sal_at, sql_at, opportunity_at, customer_at, exited_at)
            as started_at
    from {{ ref('int_journeys') }}
    where person_key is not null
),

activities as (select * from {{ ref('int_person_activities') }}),

as_of as (select * from {{ ref('as_of') }}),

-- Activities before the first journey count for it: sales may have come before the first touch.
first_touches as (
    select
        journeys.journey_id,
        journeys.started_at,
        journeys.customer_at,
        min(activities.occurred_at) as first_sales_touch_at
    from journeys
    cross join as_of
    inner join activities
        on
            journeys.person_key = activities.person_key
            and coalesce(journeys.customer_at, journeys.exited_at, as_of.as_of_end_at)
            >= activities.occurred_at
            and (journeys.journey_number = 1 or journeys.started_at <= activities.occurred_at)
    group by journeys.journey_id, journeys.started_at, journeys.customer_at
),

sales_touches as (
    select
        journey_id,
        first_sales_touch_at,
        {{ seconds_between('started_at', 'greatest(first_sales_touch_at, started_at)') }}
        / nullif({{ seconds_between('started_at', 'customer_at') }}, 0) as share_before_sales
    from first_touches
)

select * from sales_touches

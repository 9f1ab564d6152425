with visible_people as (
    select * from {{ ref('int_visible_people') }}
),

person_visits as (
    select * from {{ ref('int_person_visits') }}
),

passes as (
    select * from {{ ref('int_person_passes') }}
),

person_deals as (
    select * from {{ ref('int_person_deals') }}
),

-- Everybody has a first pass: it alone begins with the visit and the lead. Later ones begin where
-- they begin.
pass_numbers as (
    select
        person_key,
        1 as pass_number
    from visible_people
    union distinct
    select
        person_key,
        pass_number
    from passes
),

pass_journeys as (
    select
        pass_numbers.person_key,
        passes.opportunity_id,
        passes.last_stage,
        passes.exit_type,
        pass_numbers.pass_number,
        case when pass_numbers.pass_number = 1 then person_visits.visitor_at end as visitor_at,
        case when pass_numbers.pass_number = 1 then visible_people.became_lead_at end as lead_at,
        passes.mql_at,
        passes.sal_at,
        passes.sql_at,
        passes.opportunity_at,
        passes.customer_at,
        passes.exited_at
    from pass_numbers
    left join passes
        on
            pass_numbers.person_key = passes.person_key
            and pass_numbers.pass_number = passes.pass_number
    inner join visible_people on pass_numbers.person_key = visible_people.person_key
    left join person_visits on pass_numbers.person_key = person_visits.person_key
),

deal_journeys as (
    select
        person_key,
        opportunity_id,
        'opportunity' as last_stage,
        case when is_closed and not is_won then 'lost' end as exit_type,
        cast(null as bigint) as pass_number,
        cast(null as timestamp) as visitor_at,
        cast(null as timestamp) as lead_at,
        cast(null as timestamp) as mql_at,
        cast(null as timestamp) as sal_at,
        cast(null as timestamp) as sql_at,
        created_at as opportunity_at,
        case when is_won then closed_at end as customer_at,
        case when is_closed and not is_won then closed_at end as exited_at
    from person_deals
    where not is_pass_deal
),

all_journeys as (
    select * from pass_journeys
    union all
    select * from deal_journeys
),

started as (
    select
        *,
        least(visitor_at, lead_at, mql_at, sal_at, sql_at, opportunity_at, customer_at, exited_at)
            as started_at
    from all_journeys
),

-- No row for a person of whom nothing with a date is known.
numbered as (
    select
        *,
        row_number() over (
            partition by person_key
            order by
                started_at asc nulls last, pass_number asc nulls last, opportunity_id asc nulls last
        ) as journey_number
    from started
    where started_at is not null
),

person_journeys as (
    select
        person_key,
        opportunity_id,
        coalesce(last_stage, case when lead_at is not null then 'lead' else 'visitor' end)
            as last_stage,
        exit_type,
        pass_number,
        journey_number,
        coalesce(
            max(case when customer_at is not null then 1 end) over (
                partition by person_key
                order by journey_number nulls last
                rows between unbounded preceding and 1 preceding
            ) = 1, false
        ) as is_after_customer,
        visitor_at,
        lead_at,
        mql_at,
        sal_at,
        sql_at,
        opportunity_at,
        customer_at,
        exited_at
    from numbered
)

select * from person_journeys

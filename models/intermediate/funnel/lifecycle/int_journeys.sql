with passes as (select * from {{ ref('int_person_passes') }}),

person_opportunities as (select * from {{ ref('int_person_opportunities') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

visible_people as (select * from {{ ref('int_visible_people') }}),

person_visits as (select * from {{ ref('int_person_visits') }}),

accounts as (select * from {{ ref('int_accounts') }}),

-- Renewals and expansions outside of a pass, and opportunities without dated people.
separate_opportunities as (
    select
        person_opportunities.person_key,
        opportunities.opportunity_id,
        'opportunity' as last_stage,
        case when opportunities.is_closed and not opportunities.is_won then 'lost' end as exit_type,
        cast(null as bigint) as pass_number,
        coalesce(person_opportunities.is_primary, true) as is_primary,
        cast(null as timestamp) as visitor_at,
        cast(null as timestamp) as lead_at,
        cast(null as timestamp) as mql_at,
        cast(null as timestamp) as sal_at,
        cast(null as timestamp) as sql_at,
        opportunities.created_at as opportunity_at,
        case when opportunities.is_won then opportunities.closed_at end as customer_at,
        case
            when opportunities.is_closed and not opportunities.is_won then opportunities.closed_at
        end as exited_at
    from opportunities
    left join person_opportunities
        on opportunities.opportunity_id = person_opportunities.opportunity_id
    where not coalesce(person_opportunities.is_pass_opportunity, false)
),

all_journeys as (
    select * from passes
    union all
    select * from separate_opportunities
),

-- The prefix `deal:` is part of the published ids of opportunities without people.
started as (
    select
        *,
        coalesce(person_key, 'deal:' || opportunity_id) as journey_owner,
        case when person_key is null then opportunity_id end as lone_opportunity_id,
        least(visitor_at, lead_at, mql_at, sal_at, sql_at, opportunity_at, customer_at, exited_at)
            as started_at
    from all_journeys
),

-- A person without any dated event has no journey.
numbered as (
    select
        *,
        row_number() over (
            partition by journey_owner
            order by
                started_at asc nulls last, pass_number asc nulls last, opportunity_id asc nulls last
        ) as journey_number
    from started
    where started_at is not null or person_key is null
),

journeys as (
    select
        {{ dbt.hash("numbered.journey_owner || ':' || cast(numbered.journey_number as string)") }}
            as journey_id,
        numbered.person_key as visitor_key,
        numbered.person_key,
        coalesce(visible_people.account_id, opportunities.account_id) as account_id,
        numbered.opportunity_id,
        person_visits.first_touch_channel,
        coalesce(accounts.segment, 'unknown') as segment,
        numbered.last_stage,
        numbered.exit_type,
        numbered.pass_number,
        numbered.journey_number,
        coalesce(
            max(case when numbered.customer_at is not null then 1 end) over (
                partition by numbered.journey_owner
                order by numbered.journey_number nulls last
                rows between unbounded preceding and 1 preceding
            ) = 1, false
        ) as is_after_customer,
        coalesce(numbered.is_primary, false) as is_opportunity_primary,
        numbered.visitor_at,
        numbered.lead_at,
        numbered.mql_at,
        numbered.sal_at,
        numbered.sql_at,
        numbered.opportunity_at,
        numbered.customer_at,
        numbered.exited_at
    from numbered
    left join visible_people on numbered.person_key = visible_people.person_key
    left join person_visits on numbered.person_key = person_visits.person_key
    left join opportunities on numbered.lone_opportunity_id = opportunities.opportunity_id
    left join accounts
        on coalesce(visible_people.account_id, opportunities.account_id) = accounts.account_id
)

select * from journeys

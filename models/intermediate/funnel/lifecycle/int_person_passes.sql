with visible_people as (select * from {{ ref('int_visible_people') }}),

person_visits as (select * from {{ ref('int_person_visits') }}),

person_opportunities as (select * from {{ ref('int_person_opportunities') }}),

pass_events as (
    select
        *,
        stage in ('disqualified', 'recycled', 'lost') as is_exit
    from {{ ref('int_person_pass_events') }}
    where is_counted
),

first_times as (
    select
        person_key,
        pass_number,
        max(opportunity_id) as opportunity_id,
        max_by(stage, event_number) filter (where not is_exit and not is_opportunity_open)
            as last_stage,
        max(stage) filter (where is_exit) as exit_type,
        min(occurred_at) filter (where stage = 'mql') as mql_at,
        min(occurred_at) filter (where stage = 'sal') as sal_at,
        min(occurred_at) filter (where stage = 'sql') as sql_at,
        min(occurred_at) filter (where stage = 'opportunity') as opportunity_at,
        min(occurred_at) filter (where stage = 'customer') as customer_at,
        min(occurred_at) filter (where is_exit) as exited_at
    from pass_events
    group by person_key, pass_number
),

-- The person's own later stages. An opportunity is not one of them: colleagues may have begun it.
own_times as (
    select
        *,
        least(case when opportunity_id is null then opportunity_at end, customer_at)
            as own_opportunity_at
    from first_times
),

-- Everyone has a first pass; only this one has the visit and the lead. A stage that was first
-- entered after a later one is a step back and has no time.
passes as (
    select
        visible_people.person_key,
        own_times.opportunity_id,
        coalesce(
            own_times.last_stage,
            case
                when
                    coalesce(own_times.pass_number, 1) = 1
                    and visible_people.became_lead_at is not null
                    then 'lead'
                else 'visitor'
            end
        ) as last_stage,
        case
            when person_opportunities.is_closed and not person_opportunities.is_won then 'lost'
            else own_times.exit_type
        end as exit_type,
        coalesce(own_times.pass_number, 1) as pass_number,
        person_opportunities.is_primary,
        case when coalesce(own_times.pass_number, 1) = 1 then person_visits.visitor_at end
            as visitor_at,
        case when coalesce(own_times.pass_number, 1) = 1 then visible_people.became_lead_at end
            as lead_at,
        case
            when own_times.mql_at = least(
                own_times.mql_at, own_times.sal_at, own_times.sql_at, own_times.own_opportunity_at
            ) then own_times.mql_at
        end as mql_at,
        case
            when own_times.sal_at = least(
                own_times.sal_at, own_times.sql_at, own_times.own_opportunity_at
            ) then own_times.sal_at
        end as sal_at,
        case
            when own_times.sql_at = least(own_times.sql_at, own_times.own_opportunity_at)
                then own_times.sql_at
        end as sql_at,
        own_times.opportunity_at,
        case
            when person_opportunities.is_won then person_opportunities.closed_at
            else own_times.customer_at
        end as customer_at,
        case
            when person_opportunities.is_closed and not person_opportunities.is_won
                then person_opportunities.closed_at
            else own_times.exited_at
        end as exited_at
    from visible_people
    left join own_times on visible_people.person_key = own_times.person_key
    left join person_visits on visible_people.person_key = person_visits.person_key
    left join person_opportunities
        on
            own_times.person_key = person_opportunities.person_key
            and own_times.opportunity_id = person_opportunities.opportunity_id
)

select * from passes

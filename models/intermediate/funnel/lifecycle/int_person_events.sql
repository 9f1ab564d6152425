with stage_events as (
    select * from {{ ref('int_person_stage_events') }}
    where stage <> 'visitor'
),

person_opportunities as (select * from {{ ref('int_person_opportunities') }}),

people_with_opportunities as (
    select distinct person_key
    from person_opportunities
),

-- Opportunities decide who is an opportunity or a customer. Statuses do so only for people without
-- any opportunity.
events as (
    select
        stage_events.person_key,
        cast(null as string) as opportunity_id,
        stage_events.stage,
        stage_events.event_source,
        cast(null as timestamp) as opportunity_closed_at,
        stage_events.occurred_at
    from stage_events
    left join people_with_opportunities
        on stage_events.person_key = people_with_opportunities.person_key
    where
        stage_events.stage not in ('opportunity', 'customer')
        or people_with_opportunities.person_key is null
    union all
    select
        person_key,
        opportunity_id,
        'opportunity' as stage,
        'opportunity' as event_source,
        coalesce(closed_at, cast('9999-12-31 00:00:00' as timestamp)) as opportunity_closed_at,
        created_at as occurred_at
    from person_opportunities
    where is_pass_opportunity
),

-- At the same moment, events follow the order of the funnel, exits last.
numbered as (
    select
        *,
        row_number() over (
            partition by person_key
            order by
                occurred_at nulls last,
                case stage
                    when 'lead' then 1
                    when 'mql' then 2
                    when 'sal' then 3
                    when 'sql' then 4
                    when 'opportunity' then 5
                    else 6
                end nulls last,
                stage nulls last,
                event_source nulls last,
                opportunity_id nulls last
        ) as event_number
    from events
),

-- While an opportunity of the person is open (until the moment it closes), statuses neither begin
-- nor end a pass.
with_open_opportunities as (
    select
        *,
        event_source <> 'opportunity'
        and coalesce(
            occurred_at <= max(opportunity_closed_at) over (
                partition by person_key
                order by event_number nulls last
                rows between unbounded preceding and current row
            ), false
        ) as is_opportunity_open
    from numbered
),

person_events as (
    select
        person_key,
        opportunity_id,
        stage,
        event_source,
        event_number,
        is_opportunity_open,
        not is_opportunity_open
        and event_source <> 'sales_activity'
        and stage not in ('lead', 'sal', 'sql') as is_deciding,
        occurred_at
    from with_open_opportunities
)

select * from person_events

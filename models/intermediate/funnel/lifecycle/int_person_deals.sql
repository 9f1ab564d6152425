with opportunity_people as (
    select * from {{ ref('int_opportunity_people') }}
),

opportunities as (
    select * from {{ ref('int_opportunities') }}
),

visible_people as (
    select * from {{ ref('int_visible_people') }}
),

stage_events as (
    select * from {{ ref('int_person_stage_events') }}
    where event_source <> 'sales_activity' and stage <> 'lead'
),

-- Only a deal that has a date has a place in a person's order of events.
deals as (
    select
        opportunity_people.person_key,
        opportunity_people.opportunity_id,
        opportunities.opportunity_type,
        opportunity_people.person_rank = min(opportunity_people.person_rank) over (
            partition by opportunity_people.opportunity_id
        ) as is_primary,
        opportunities.is_closed,
        opportunities.is_won,
        coalesce(opportunities.created_at < visible_people.became_lead_at, true) as is_before_lead,
        opportunities.created_at,
        opportunities.closed_at
    from opportunity_people
    inner join opportunities on opportunity_people.opportunity_id = opportunities.opportunity_id
    inner join visible_people on opportunity_people.person_key = visible_people.person_key
    where opportunities.created_at is not null
),

-- Of the same instant: statuses up to sql before the deal they led to, the rest after it.
person_order as (
    select
        person_key,
        cast(null as string) as opportunity_id,
        stage,
        case when stage in ('mql', 'sal', 'sql') then 1 else 3 end as place,
        occurred_at
    from stage_events
    union all
    select
        person_key,
        opportunity_id,
        'deal' as stage,
        2 as place,
        created_at as occurred_at
    from deals
),

preceded as (
    select
        person_key,
        opportunity_id,
        lag(stage) over (
            partition by person_key
            order by
                occurred_at nulls last,
                place nulls last,
                stage nulls last,
                opportunity_id nulls last
        ) as previous_stage
    from person_order
),

-- A renewal or expansion has a journey of its own, unless it came out of an expansion's own
-- qualification or stood before anything was known of the person.
person_deals as (
    select
        deals.person_key,
        deals.opportunity_id,
        deals.opportunity_type,
        deals.is_primary,
        deals.is_closed,
        deals.is_won,
        deals.opportunity_type = 'new_business'
        or deals.is_before_lead
        or (
            deals.opportunity_type = 'expansion'
            and coalesce(preceded.previous_stage in ('mql', 'sal', 'sql'), false)
        ) as is_pass_deal,
        deals.created_at,
        deals.closed_at
    from deals
    inner join preceded
        on
            deals.person_key = preceded.person_key
            and deals.opportunity_id = preceded.opportunity_id
)

select * from person_deals

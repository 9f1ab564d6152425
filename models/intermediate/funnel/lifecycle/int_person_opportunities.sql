with opportunity_people as (select * from {{ ref('int_opportunity_people') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

visible_people as (select * from {{ ref('int_visible_people') }}),

stage_events as (
    select * from {{ ref('int_person_stage_events') }}
    where event_source <> 'sales_activity' and stage <> 'lead'
),

-- An opportunity without a date has no place in the order of a person's events.
dated as (
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

-- At the same moment, stages up to sql come before the opportunity they led to, others after it.
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
        'opportunity' as stage,
        2 as place,
        created_at as occurred_at
    from dated
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

-- Renewals and expansions are journeys of their own, except an expansion that follows an MQL, SAL
-- or SQL, and any opportunity that is older than the person's lead.
person_opportunities as (
    select
        dated.person_key,
        dated.opportunity_id,
        dated.is_primary,
        dated.is_closed,
        dated.is_won,
        dated.opportunity_type = 'new_business'
        or dated.is_before_lead
        or (
            dated.opportunity_type = 'expansion'
            and coalesce(preceded.previous_stage in ('mql', 'sal', 'sql'), false)
        ) as is_pass_opportunity,
        dated.created_at,
        dated.closed_at
    from dated
    inner join preceded
        on
            dated.person_key = preceded.person_key
            and dated.opportunity_id = preceded.opportunity_id
)

select * from person_opportunities

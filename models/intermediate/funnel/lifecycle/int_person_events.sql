with stage_events as (
    select * from {{ ref('int_person_stage_events') }}
    where stage <> 'visitor'
),

person_deals as (
    select * from {{ ref('int_person_deals') }}
),

people_with_deals as (
    select distinct person_key
    from person_deals
),

-- Deals say who is an opportunity or a customer; statuses do only where a person has no deal.
events as (
    select
        stage_events.person_key,
        cast(null as string) as opportunity_id,
        stage_events.stage,
        stage_events.event_source,
        case
            when stage_events.stage = 'lead' then 1
            when stage_events.stage = 'mql' then 2
            when stage_events.stage = 'sal' then 3
            when stage_events.stage = 'sql' then 4
            when stage_events.stage = 'opportunity' then 5
            else 6
        end as place,
        cast(null as timestamp) as deal_closed_at,
        stage_events.occurred_at
    from stage_events
    left join people_with_deals on stage_events.person_key = people_with_deals.person_key
    where
        stage_events.stage not in ('opportunity', 'customer')
        or people_with_deals.person_key is null
    union all
    select
        person_key,
        opportunity_id,
        'opportunity' as stage,
        'deal' as event_source,
        5 as place,
        coalesce(closed_at, cast('9999-12-31 00:00:00' as timestamp)) as deal_closed_at,
        created_at as occurred_at
    from person_deals
    where is_pass_deal
),

-- Of the same instant: up the funnel, exits last, so that what led to a deal stands before it.
numbered as (
    select
        *,
        row_number() over (
            partition by person_key
            order by
                occurred_at nulls last,
                place nulls last,
                stage nulls last,
                event_source nulls last,
                opportunity_id nulls last
        ) as event_number
    from events
),

-- While a deal of the person is open, its last instant included, statuses neither begin nor end
-- anything.
in_deals as (
    select
        person_key,
        opportunity_id,
        stage,
        event_source,
        event_number,
        event_source <> 'deal'
        and coalesce(
            occurred_at <= max(deal_closed_at) over (
                partition by person_key
                order by event_number nulls last
                rows between unbounded preceding and current row
            ), false
        ) as is_in_deal,
        occurred_at
    from numbered
),

person_events as (
    select
        person_key,
        opportunity_id,
        stage,
        event_source,
        event_number,
        is_in_deal,
        not is_in_deal
        and event_source <> 'sales_activity'
        and stage not in ('lead', 'sal', 'sql') as is_deciding,
        occurred_at
    from in_deals
)

select * from person_events

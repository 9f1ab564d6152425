{{ config(materialized='view') }}

with journeys as (select * from {{ ref('int_journeys') }}),

stage_pairs as (select * from {{ ref('stage_pairs') }}),

journey_owners as (select * from {{ ref('int_journey_owners') }}),

-- Sales stages belong to the team that received the lead, opportunities to the team of their owner.
-- A skipped stage has no time of its own: it is passed with the next stage (least ignores nulls).
pairs as (
    select
        journeys.journey_id,
        coalesce(journeys.account_id, journeys.person_key, journeys.opportunity_id) as buyer_id,
        stage_pairs.from_stage,
        stage_pairs.to_stage,
        coalesce(journeys.first_touch_channel, '(none)') as channel,
        journeys.segment,
        case
            when stage_pairs.from_stage in ('mql', 'sal', 'sql')
                then coalesce(journey_owners.handoff_team, '(not handed off)')
            when stage_pairs.from_stage = 'opportunity'
                then coalesce(journey_owners.team, '(unknown)')
        end as team,
        journeys.is_opportunity_primary,
        case stage_pairs.from_stage
            when 'visitor' then journeys.visitor_at
            when 'lead' then journeys.lead_at
            when 'mql' then journeys.mql_at
            when 'sal' then journeys.sal_at
            when 'sql' then journeys.sql_at
            when 'opportunity' then journeys.opportunity_at
        end as from_at,
        case stage_pairs.to_stage
            when 'lead' then journeys.lead_at
            when 'mql' then journeys.mql_at
            when 'sal' then journeys.sal_at
            when 'sql' then journeys.sql_at
            when 'opportunity' then journeys.opportunity_at
            when 'customer' then journeys.customer_at
        end as to_at,
        case stage_pairs.to_stage
            when 'lead'
                then least(
                    journeys.lead_at,
                    journeys.mql_at,
                    journeys.sal_at,
                    journeys.sql_at,
                    journeys.opportunity_at,
                    journeys.customer_at
                )
            when 'mql'
                then least(
                    journeys.mql_at,
                    journeys.sal_at,
                    journeys.sql_at,
                    journeys.opportunity_at,
                    journeys.customer_at
                )
            when 'sal'
                then least(
                    journeys.sal_at, journeys.sql_at, journeys.opportunity_at, journeys.customer_at
                )
            when 'sql' then least(journeys.sql_at, journeys.opportunity_at, journeys.customer_at)
            when 'opportunity' then least(journeys.opportunity_at, journeys.customer_at)
            when 'customer' then journeys.customer_at
        end as passed_at,
        journeys.exited_at
    from journeys
    left join journey_owners on journeys.journey_id = journey_owners.journey_id
    cross join stage_pairs
),

-- An account moves on with the first of its journeys, even one that skipped both stages.
account_pairs as (
    select
        *,
        min(passed_at) over (partition by buyer_id, from_stage, to_stage) as account_passed_at
    from pairs
),

entered_pairs as (
    select * from account_pairs
    where from_at is not null or to_at is not null
)

select * from entered_pairs

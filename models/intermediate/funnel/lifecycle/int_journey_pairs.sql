{{ config(materialized='view') }}

with journeys as (
    select * from {{ ref('int_journeys') }}
),

stage_pairs as (
    select * from {{ ref('stage_pairs') }}
),

accounts as (
    select * from {{ ref('int_accounts') }}
),

journey_owners as (
    select * from {{ ref('int_journey_owners') }}
),

segmented as (
    select
        journeys.*,
        coalesce(accounts.segment, 'unknown') as segment,
        coalesce(journey_owners.team, '(unknown)') as owner_team,
        coalesce(journey_owners.handoff_team, '(not handed off)') as handoff_team
    from journeys
    left join accounts on journeys.account_id = accounts.account_id
    left join journey_owners on journeys.journey_id = journey_owners.journey_id
),

-- A skipped stage has no time of its own but is passed with the next one: least() leaves out nulls.
reached as (
    select
        *,
        least(lead_at, mql_at, sal_at, sql_at, opportunity_at, customer_at) as passed_lead_at,
        least(mql_at, sal_at, sql_at, opportunity_at, customer_at) as passed_mql_at,
        least(sal_at, sql_at, opportunity_at, customer_at) as passed_sal_at,
        least(sql_at, opportunity_at, customer_at) as passed_sql_at,
        least(opportunity_at, customer_at) as passed_opportunity_at
    from segmented
),

-- A lead is answered for by whom it was handed to, whether it made a deal or not; a deal by its
-- owner.
pairs as (
    select
        stage_pairs.from_stage,
        stage_pairs.to_stage,
        coalesce(reached.first_touch_channel, '(none)') as channel,
        reached.segment,
        case
            when stage_pairs.from_stage in ('mql', 'sal', 'sql') then reached.handoff_team
            when stage_pairs.from_stage = 'opportunity' then reached.owner_team
        end as team,
        reached.is_opportunity_primary,
        case stage_pairs.from_stage
            when 'visitor' then reached.visitor_at
            when 'lead' then reached.lead_at
            when 'mql' then reached.mql_at
            when 'sal' then reached.sal_at
            when 'sql' then reached.sql_at
            when 'opportunity' then reached.opportunity_at
        end as from_at,
        case stage_pairs.to_stage
            when 'lead' then reached.lead_at
            when 'mql' then reached.mql_at
            when 'sal' then reached.sal_at
            when 'sql' then reached.sql_at
            when 'opportunity' then reached.opportunity_at
            when 'customer' then reached.customer_at
        end as to_at,
        case stage_pairs.to_stage
            when 'lead' then reached.passed_lead_at
            when 'mql' then reached.passed_mql_at
            when 'sal' then reached.passed_sal_at
            when 'sql' then reached.passed_sql_at
            when 'opportunity' then reached.passed_opportunity_at
            when 'customer' then reached.customer_at
        end as passed_at,
        reached.exited_at
    from reached
    cross join stage_pairs
),

entered_pairs as (
    select * from pairs
    where from_at is not null or to_at is not null
)

select * from entered_pairs

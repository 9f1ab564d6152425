{{ config(materialized=view_until_published()) }}

with journeys as (
    select * from {{ ref('int_journeys') }}
),

opportunities as (
    select * from {{ ref('int_opportunities') }}
),

accounts as (
    select * from {{ ref('int_accounts') }}
),

anonymous_journeys as (
    select * from {{ ref('int_anonymous_journeys') }}
),

-- A journey without a deal is of the type of what it can become: expansion once the visitor has
-- been a customer.
typed as (
    select
        journeys.*,
        coalesce(opportunities.is_won, false) as is_won_deal,
        case
            when journeys.is_opportunity_primary and opportunities.is_won then opportunities.amount
        end as primary_won_amount,
        coalesce(
            opportunities.opportunity_type,
            case when journeys.is_after_customer then 'expansion' end,
            'new_business'
        ) as journey_type
    from journeys
    left join opportunities on journeys.opportunity_id = opportunities.opportunity_id
),

of_people_and_deals as (
    select
        typed.journey_id,
        typed.visitor_key,
        typed.person_key,
        typed.account_id,
        typed.opportunity_id,
        typed.journey_type,
        typed.first_touch_channel,
        coalesce(accounts.segment, 'unknown') as segment,
        case
            when typed.is_won_deal or typed.customer_at is not null then 'customer'
            else typed.last_stage
        end as current_stage,
        typed.exit_type,
        cast(typed.journey_number as bigint) as journey_number,
        cast(coalesce(typed.primary_won_amount, 0) as decimal(18, 2)) as won_amount,
        typed.is_opportunity_primary,
        -- Some time lies after that of a later stage.
        coalesce(
            typed.visitor_at > least(
                typed.lead_at,
                typed.mql_at,
                typed.sal_at,
                typed.sql_at,
                typed.opportunity_at,
                typed.customer_at
            ), false
        )
        or coalesce(
            typed.lead_at > least(
                typed.mql_at, typed.sal_at, typed.sql_at, typed.opportunity_at, typed.customer_at
            ), false
        )
        or coalesce(
            greatest(typed.mql_at, typed.sal_at, typed.sql_at) > typed.opportunity_at, false
        )
        or coalesce(
            typed.customer_at
            < greatest(typed.mql_at, typed.sal_at, typed.sql_at, typed.opportunity_at),
            false
        ) as is_out_of_order,
        typed.visitor_at,
        typed.lead_at,
        typed.mql_at,
        typed.sal_at,
        typed.sql_at,
        typed.opportunity_at,
        typed.customer_at,
        typed.exited_at
    from typed
    left join accounts on typed.account_id = accounts.account_id
),

final as (
    select * from of_people_and_deals
    union all
    select * from anonymous_journeys
)

select * from final

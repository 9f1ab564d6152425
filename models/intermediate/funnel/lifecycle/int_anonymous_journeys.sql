{{ config(materialized='view') }}

with anonymous_visitors as (
    select * from {{ ref('int_anonymous_visitors') }}
),

anonymous_journeys as (
    select
        {{ dbt.hash("visitor_key || ':1'") }} as journey_id,
        visitor_key,
        cast(null as string) as person_key,
        cast(null as string) as account_id,
        cast(null as string) as opportunity_id,
        'new_business' as journey_type,
        first_touch_channel,
        'unknown' as segment,
        'visitor' as current_stage,
        cast(null as string) as exit_type,
        cast(1 as bigint) as journey_number,
        cast(0 as decimal(18, 2)) as won_amount,
        false as is_opportunity_primary,
        false as is_out_of_order,
        visitor_at,
        cast(null as timestamp) as lead_at,
        cast(null as timestamp) as mql_at,
        cast(null as timestamp) as sal_at,
        cast(null as timestamp) as sql_at,
        cast(null as timestamp) as opportunity_at,
        cast(null as timestamp) as customer_at,
        cast(null as timestamp) as exited_at
    from anonymous_visitors
)

select * from anonymous_journeys

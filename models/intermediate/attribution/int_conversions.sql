with people as (select * from {{ ref('int_people') }}),

journeys as (select * from {{ ref('int_journeys') }}),

orders as (select * from {{ ref('int_orders') }}),

gross_margins as (select * from {{ ref('gross_margins') }}),

opportunities as (
    select
        opportunities.*,
        gross_margins.gross_margin
    from {{ ref('int_opportunities') }} as opportunities
    left join gross_margins on opportunities.product_line = gross_margins.product_line
),

conversions as (
    select
        md5('lead|' || person_key) as conversion_id,
        'lead' as conversion_type,
        person_key as visitor_key,
        person_key,
        account_id,
        cast(null as string) as opportunity_id,
        cast(null as string) as order_id,
        cast(0 as decimal(18, 2)) as conversion_value,
        cast(null as double) as gross_margin,
        cast(null as timestamp) as opportunity_created_at,
        became_lead_at as converted_at
    from people
    where became_lead_at is not null
    union all
    select
        md5('mql|' || visitor_key || '|' || cast(journey_number as string)) as conversion_id,
        'mql' as conversion_type,
        visitor_key,
        person_key,
        account_id,
        cast(null as string) as opportunity_id,
        cast(null as string) as order_id,
        cast(0 as decimal(18, 2)) as conversion_value,
        cast(null as double) as gross_margin,
        cast(null as timestamp) as opportunity_created_at,
        mql_at as converted_at
    from journeys
    where mql_at is not null
    union all
    select
        order_key as conversion_id,
        'order' as conversion_type,
        visitor_key,
        person_key,
        account_id,
        cast(null as string) as opportunity_id,
        order_id,
        order_value as conversion_value,
        gross_margin,
        cast(null as timestamp) as opportunity_created_at,
        ordered_at as converted_at
    from orders
    union all
    select
        md5('opportunity|' || opportunity_id) as conversion_id,
        'opportunity' as conversion_type,
        cast(null as string) as visitor_key,
        cast(null as string) as person_key,
        account_id,
        opportunity_id,
        cast(null as string) as order_id,
        coalesce(amount, 0) as conversion_value,
        cast(gross_margin as double) as gross_margin,
        created_at as opportunity_created_at,
        created_at as converted_at
    from opportunities
    union all
    select
        md5('won|' || opportunity_id) as conversion_id,
        'won' as conversion_type,
        cast(null as string) as visitor_key,
        cast(null as string) as person_key,
        account_id,
        opportunity_id,
        cast(null as string) as order_id,
        coalesce(amount, 0) as conversion_value,
        cast(gross_margin as double) as gross_margin,
        created_at as opportunity_created_at,
        closed_at as converted_at
    from opportunities
    where is_won
),

-- Cancelled order lines can give any quotient, so limit the margin to 0 to 1.
with_margin as (
    select
        conversion_id,
        conversion_type,
        visitor_key,
        person_key,
        account_id,
        opportunity_id,
        order_id,
        conversion_value,
        cast(
            least(greatest(coalesce(gross_margin, {{ var('gross_margin_default') }}), 0), 1)
            as decimal(12, 10)
        ) as gross_margin,
        opportunity_created_at,
        converted_at
    from conversions
)

select * from with_margin

{{ config(materialized=view_until_published()) }}

with journeys as (select * from {{ ref('int_journeys') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

anonymous_visitors as (select * from {{ ref('int_anonymous_visitors') }}),

-- Without an opportunity, a journey counts as expansion once the person has been a customer.
known_journeys as (
    select
        journeys.journey_id,
        journeys.visitor_key,
        journeys.person_key,
        journeys.account_id,
        journeys.opportunity_id,
        coalesce(
            opportunities.opportunity_type,
            case when journeys.is_after_customer then 'expansion' end,
            'new_business'
        ) as journey_type,
        coalesce(journeys.first_touch_channel, '(none)') as first_touch_channel,
        journeys.segment,
        case
            when opportunities.is_won or journeys.customer_at is not null then 'customer'
            else journeys.last_stage
        end as current_stage,
        journeys.exit_type,
        cast(journeys.journey_number as bigint) as journey_number,
        cast(
            coalesce(
                case
                    when journeys.is_opportunity_primary and opportunities.is_won
                        then opportunities.amount
                end, 0
            ) as decimal(18, 2)
        ) as won_amount,
        journeys.is_opportunity_primary,
        coalesce(
            journeys.visitor_at > least(
                journeys.lead_at,
                journeys.mql_at,
                journeys.sal_at,
                journeys.sql_at,
                journeys.opportunity_at,
                journeys.customer_at
            )
            or journeys.lead_at > least(
                journeys.mql_at,
                journeys.sal_at,
                journeys.sql_at,
                journeys.opportunity_at,
                journeys.customer_at
            )
            or greatest(journeys.mql_at, journeys.sal_at, journeys.sql_at)
            > least(journeys.opportunity_at, journeys.customer_at)
            or journeys.opportunity_at > journeys.customer_at,
            false
        ) as is_out_of_order,
        journeys.visitor_at,
        journeys.lead_at,
        journeys.mql_at,
        journeys.sal_at,
        journeys.sql_at,
        journeys.opportunity_at,
        journeys.customer_at,
        journeys.exited_at
    from journeys
    left join opportunities on journeys.opportunity_id = opportunities.opportunity_id
),

all_journeys as (
    select * from known_journeys
    union all
    select
        {{ dbt.hash("visitor_key || ':1'") }} as journey_id,
        visitor_key,
        cast(null as string) as person_key,
        cast(null as string) as account_id,
        cast(null as string) as opportunity_id,
        'new_business' as journey_type,
        coalesce(first_touch_channel, '(none)') as first_touch_channel,
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
),

final as (
    select
        all_journeys.*,
        {%- for event in ['visitor', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'] %}
        {{ reporting_date('all_journeys.' ~ event ~ '_at') }} as {{ event }}_date,
        {%- endfor %}
        {{ reporting_date('all_journeys.exited_at') }} as exited_date,
        accounts.account_name,
        opportunities.opportunity_name,
        sales_touches.share_before_sales,
        sales_touches.first_sales_touch_at
    from all_journeys
    left join {{ ref('int_accounts') }} as accounts
        on all_journeys.account_id = accounts.account_id
    left join opportunities on all_journeys.opportunity_id = opportunities.opportunity_id
    left join {{ ref('int_journey_sales_touches') }} as sales_touches
        on all_journeys.journey_id = sales_touches.journey_id
)

select * from final

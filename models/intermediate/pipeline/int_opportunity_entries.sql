with opportunities as (
    select * from {{ ref('int_opportunities') }}
    where created_at is not null
),

states as (select * from {{ ref('int_opportunity_states') }}),

first_states as (
    select * from states
    qualify row_number() over (partition by opportunity_id order by valid_from asc nulls last) = 1
),

entries as (
    select
        opportunities.opportunity_id,
        opportunities.segment,
        opportunities.team,
        first_states.amount,
        cast({{ dbt.date_trunc('month', reporting_date('opportunities.created_at')) }} as date)
            as created_month
    from opportunities
    inner join first_states on opportunities.opportunity_id = first_states.opportunity_id
)

select * from entries

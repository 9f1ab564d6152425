with opportunities as (
    select * from {{ ref('int_opportunities_as_of') }}
),

survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'opportunity'
),

-- Opportunities that were merged into another one are set aside, and so is what an amount changed
-- by after as_of.
counted as (
    select
        count(*) as rows_count,
        count(survivors.merged_id) as merged_count,
        coalesce(sum(opportunities.exported_amount), 0) as amount,
        coalesce(sum(
            coalesce(opportunities.exported_amount, 0)
            - case
                when survivors.merged_id is null then coalesce(opportunities.amount, 0) else 0
            end
        ), 0) as set_aside_amount
    from opportunities
    left join survivors on opportunities.opportunity_id = survivors.merged_id
)

select * from counted

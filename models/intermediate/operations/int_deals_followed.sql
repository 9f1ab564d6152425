with opportunities as (
    select * from {{ ref('opportunities') }}
),

survivors as (
    select * from {{ ref('int_opportunity_survivors') }}
),

-- Merged deals are set aside: the one that stands for them is counted.
counted as (
    select
        count(*) as rows_count,
        count(survivors.merged_id) as merged_count,
        coalesce(sum(opportunities.amount), 0) as amount,
        coalesce(sum(opportunities.amount) filter (where survivors.merged_id is not null), 0)
            as merged_amount
    from opportunities
    left join survivors on opportunities.opportunity_id = survivors.merged_id
)

select * from counted

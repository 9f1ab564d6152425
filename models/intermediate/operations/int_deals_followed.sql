with opportunities as (
    select * from {{ ref('opportunities') }}
),

survivors as (
    select * from {{ ref('int_record_survivors') }}
    where record_type = 'opportunity'
),

-- Merged opportunities are set aside: only the surviving one counts.
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

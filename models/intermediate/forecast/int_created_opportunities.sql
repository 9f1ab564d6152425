with opportunities as (
    select * from {{ ref('int_opportunities') }}
    where created_at is not null
),

final as (
    select
        opportunity_type,
        segment,
        cast({{ dbt.date_trunc('month', reporting_date('created_at')) }} as date) as created_month,
        count(*) as created_count
    from opportunities
    group by all
)

select * from final

with targets as (
    select
        metric,
        team,
        segment,
        source,
        target,
        cast({{ dbt.date_trunc('month', 'period_month') }} as date) as period_month
    from {{ ref('targets') }}
)

select * from targets

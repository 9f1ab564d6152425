with mrr_by_month as (
    select * from {{ ref('int_mrr_by_month') }}
),

-- Within a run of consecutive months, month number and row number grow together.
numbered as (
    select
        customer_id,
        account_id,
        period_month,
        {{ dbt.datediff("cast('2000-01-01' as date)", 'period_month', 'month') }}
        - row_number() over (
            partition by customer_id order by period_month asc nulls last
        ) as run_number
    from mrr_by_month
),

runs as (
    select
        customer_id,
        max(account_id) as account_id,
        min(period_month) as first_month,
        max(period_month) as last_month
    from numbered
    group by customer_id, run_number
),

spells as (
    select
        customer_id,
        account_id,
        row_number() over (
            partition by customer_id order by first_month asc nulls last
        ) as spell_number,
        first_month,
        last_month
    from runs
)

select * from spells

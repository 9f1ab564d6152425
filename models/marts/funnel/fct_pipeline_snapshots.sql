{{ config(materialized=view_until_published()) }}

with snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

final as (
    select
        opportunity_id,
        account_id,
        owner_id,
        opportunity_type,
        product_line,
        segment,
        team,
        stage,
        source_stage,
        age_days,
        cast(amount as decimal(18, 2)) as amount,
        coalesce(due_quarter = {{ fiscal_quarter_start('snapshot_date') }}, false)
            as is_due_this_quarter,
        coalesce(close_date < snapshot_date, false) as is_overdue,
        close_date,
        snapshot_date
    from snapshots
)

select * from final

{{ config(materialized=view_until_published()) }}

with snapshots as (select * from {{ ref('int_pipeline_snapshots') }}),

accounts as (select * from {{ ref('int_accounts') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

owners as (select * from {{ ref('owners') }}),

final as (
    select
        snapshots.opportunity_id,
        snapshots.account_id,
        snapshots.owner_id,
        opportunities.opportunity_name,
        accounts.account_name,
        owners.owner_name,
        snapshots.opportunity_type,
        snapshots.product_line,
        snapshots.segment,
        snapshots.team,
        snapshots.stage,
        snapshots.source_stage,
        snapshots.age_days,
        cast(snapshots.amount as decimal(18, 2)) as amount,
        coalesce(
            snapshots.due_quarter = {{ fiscal_quarter_start('snapshots.snapshot_date') }}, false
        ) as is_due_this_quarter,
        coalesce(snapshots.close_date < snapshots.snapshot_date, false) as is_overdue,
        snapshots.close_date,
        snapshots.snapshot_date
    from snapshots
    left join accounts on snapshots.account_id = accounts.account_id
    left join opportunities on snapshots.opportunity_id = opportunities.opportunity_id
    left join owners on snapshots.owner_id = owners.owner_id
)

select * from final

with opportunity_changes as (
    select * from {{ ref('opportunity_changes') }}
),

status_stages as (
    select * from {{ ref('int_status_stages') }}
),

mapped_changes as (
    select
        opportunity_changes.opportunity_id,
        opportunity_changes.stage as source_stage,
        status_stages.stage,
        status_stages.stage in ('customer', 'lost') as is_closed,
        opportunity_changes.changed_at
    from opportunity_changes
    inner join status_stages
        on
            opportunity_changes.source_system = status_stages.source_system
            and opportunity_changes.stage = status_stages.source_status
    where status_stages.object = 'opportunity'
),

-- Changes with the same timestamp are ordered open before closed, then by stage name.
ordered_changes as (
    select
        *,
        lag(stage) over change_order as previous_stage,
        lag(source_stage) over change_order as previous_source_stage
    from mapped_changes
    window change_order as (
        partition by opportunity_id
        order by changed_at nulls last, is_closed nulls last, source_stage nulls last
    )
),

-- Exclude rows that repeat the stage (changes of amount or close date).
stage_changes as (
    select
        opportunity_id,
        source_stage,
        stage,
        previous_source_stage,
        previous_stage,
        is_closed,
        previous_stage is null or previous_stage <> stage as is_stage_entry,
        changed_at
    from ordered_changes
    where previous_source_stage is null or previous_source_stage <> source_stage
)

select * from stage_changes

with opportunities as (select * from {{ ref('opportunities') }}),

histories as (select * from {{ ref('int_opportunity_histories') }}),

status_stages as (
    select * from {{ ref('int_status_stages') }}
    where object = 'opportunity'
),

-- A deletion is dated by closed_at, else by the last change. A loader that reads the CRM at the
-- end of as_of dates that day's deletions at exactly that time, so they are included.
exported as (
    select
        opportunities.*,
        opportunities.is_deleted
        and not coalesce(
            opportunities.closed_at > {{ as_of_end() }}
            or (opportunities.closed_at is null and histories.has_later_change), false
        ) as is_deleted_by_then,
        coalesce(opportunities.is_won, status_stages.stage = 'customer', false)
            as is_won_in_export,
        coalesce(opportunities.is_won, false)
        or coalesce(opportunities.is_closed, status_stages.stage in ('customer', 'lost'), false)
            as is_closed_in_export
    from opportunities
    left join histories on opportunities.opportunity_id = histories.opportunity_id
    left join status_stages
        on
            opportunities.source_system = status_stages.source_system
            and opportunities.stage = status_stages.source_status
),

-- A closing is dated by closed_at, else by the history, else by close_date. A close_date in the
-- future is only used if there is evidence that the export is later than as_of; otherwise the
-- opportunity is already closed.
dated as (
    select
        exported.*,
        exported.is_closed_in_export and not exported.is_deleted_by_then and coalesce(case
            when not exported.is_deleted and exported.closed_at is not null
                then exported.closed_at >= {{ as_of_end() }}
            when exported.is_won_in_export and histories.has_won then false
            when not exported.is_won_in_export and histories.has_lost then false
            when histories.opportunity_id is not null or exported.is_exported_later
                then {{ day_end('exported.close_date') }} >= {{ as_of_end() }}
        end, false) as closes_later
    from exported
    left join histories on exported.opportunity_id = histories.opportunity_id
),

compared as (
    select
        dated.*,
        dated.closes_later or coalesce(histories.has_later_change, false) as is_changed_later,
        dated.closes_later
        or coalesce(
            histories.has_later_stage and histories.stage is distinct from dated.stage, false
        ) as is_stage_later,
        dated.is_closed_in_export and is_stage_later as is_close_later
    from dated
    left join histories on dated.opportunity_id = histories.opportunity_id
),

-- Values that change after as_of are replaced by the history's last value until as_of. Values
-- without history stay, unless they come with a later closing.
opportunities_as_of as (
    select
        compared.source_system,
        compared.opportunity_id,
        compared.account_id,
        compared.opportunity_name,
        compared.opportunity_type,
        compared.product_line,
        compared.pipeline,
        case when compared.is_stage_later then histories.stage else compared.stage end as stage,
        compared.currency,
        case when histories.has_later_owner then histories.owner_id else compared.owner_id end
            as owner_id,
        compared.campaign_id,
        case
            when compared.is_changed_later and histories.has_forecast_category
                then histories.forecast_category
            when compared.is_close_later then null
            else compared.forecast_category
        end as forecast_category,
        case when not compared.is_close_later then compared.lost_reason end as lost_reason,
        case when not compared.is_close_later then compared.competitor end as competitor,
        compared.amount as exported_amount,
        case
            when compared.is_changed_later and histories.has_amount then histories.amount
            else compared.amount
        end as amount,
        case when not compared.is_stage_later then compared.is_closed end as is_closed,
        case when not compared.is_stage_later then compared.is_won end as is_won,
        compared.is_deleted_by_then as is_deleted,
        case
            when compared.is_changed_later and histories.has_close_date then histories.close_date
            when compared.is_close_later then null
            else compared.close_date
        end as close_date,
        compared.created_at,
        case
            when compared.is_deleted <> compared.is_deleted_by_then or compared.is_stage_later
                then null
            when compared.closed_at < {{ as_of_end() }} or compared.is_deleted
                then compared.closed_at
        end as closed_at
    from compared
    left join histories on compared.opportunity_id = histories.opportunity_id
)

select * from opportunities_as_of

with states as (select * from {{ ref('int_opportunity_states') }}),

opportunities as (select * from {{ ref('int_opportunities') }}),

preceded as (
    select
        opportunity_id,
        stage,
        coalesce(amount, 0) as amount,
        is_open,
        lag(is_open) over by_time as was_open,
        coalesce(stage <> lag(stage) over by_time, true) as is_stage_entry,
        coalesce(lag(amount) over by_time, 0) as previous_amount,
        {{ reporting_date('valid_from') }} as changed_on,
        {{ fiscal_quarter_start('close_date') }} as due_quarter,
        lag({{ fiscal_quarter_start('close_date') }}) over by_time as previous_due_quarter,
        valid_from as changed_at
    from states
    window by_time as (partition by opportunity_id order by valid_from asc nulls last)
),

placed as (
    select
        *,
        {{ fiscal_quarter_start('changed_on') }} as changed_quarter
    from preceded
),

scoped as (
    select
        *,
        'all_open' as pipeline_scope,
        true as was_due,
        true as is_due
    from placed
    union all
    select
        *,
        'due_this_quarter' as pipeline_scope,
        coalesce(previous_due_quarter = changed_quarter, false) as was_due,
        coalesce(due_quarter = changed_quarter, false) as is_due
    from placed
),

-- If several fields change at once, apply the close date first (it moves the old amount in or out
-- of the scope), then the amount, then the stage (with the new amount). An opportunity that is
-- closed when entered is created and closed at once. A closed opportunity with a new outcome is
-- reopened and closed at once.
moved as (
    select
        opportunity_id,
        pipeline_scope,
        case when was_open is null and is_due then amount else 0 end as created_amount,
        case when not was_open and is_stage_entry and is_due then amount else 0 end
            as reopened_amount,
        case when was_open and is_due and not was_due then previous_amount else 0 end
            as pulled_in_amount,
        case when was_open and is_due then greatest(amount - previous_amount, 0) else 0 end
            as increased_amount,
        case when was_open and is_due then greatest(previous_amount - amount, 0) else 0 end
            as decreased_amount,
        case when is_stage_entry and is_due and stage = 'customer' then amount else 0 end
            as won_amount,
        case when is_stage_entry and is_due and stage = 'lost' then amount else 0 end
            as lost_amount,
        case when was_open and was_due and not is_due then previous_amount else 0 end
            as pushed_out_amount,
        cast({{ dbt.date_trunc('month', 'changed_on') }} as date) as period_month,
        changed_at
    from scoped
),

with_segment as (
    select
        moved.opportunity_id,
        opportunities.segment,
        moved.pipeline_scope,
        moved.created_amount,
        moved.reopened_amount,
        moved.pulled_in_amount,
        moved.increased_amount,
        moved.decreased_amount,
        moved.won_amount,
        moved.lost_amount,
        moved.pushed_out_amount,
        moved.period_month,
        moved.changed_at
    from moved
    inner join opportunities on moved.opportunity_id = opportunities.opportunity_id
)

select * from with_segment

with status_stages as (
    select * from {{ ref('int_status_stages') }}
    where object = 'opportunity'
),

change_times as (
    select
        opportunity_id,
        min(changed_at) as first_changed_at,
        max(changed_at) as last_changed_at
    from {{ ref('opportunity_changes') }}
    group by opportunity_id
),

-- Changes with the same timestamp are ordered open before closed, then by stage name.
stage_changes as (
    select
        opportunity_changes.opportunity_id,
        opportunity_changes.stage as source_stage,
        status_stages.stage,
        status_stages.stage in ('customer', 'lost') as is_closed,
        opportunity_changes.changed_at,
        lag(status_stages.stage) over (
            partition by opportunity_changes.opportunity_id
            order by
                opportunity_changes.changed_at asc nulls last,
                status_stages.stage in ('customer', 'lost') asc nulls last,
                opportunity_changes.stage asc nulls last
        ) as previous_stage
    from {{ ref('opportunity_changes') }} as opportunity_changes
    inner join status_stages
        on
            opportunity_changes.source_system = status_stages.source_system
            and opportunity_changes.stage = status_stages.source_status
),

-- An opportunity that was reopened and closed again was closed at its last change into that stage.
last_stage_entries as (
    select * from stage_changes
    where previous_stage is distinct from stage
    qualify row_number() over (
        partition by opportunity_id
        order by changed_at desc nulls last, is_closed desc nulls last, source_stage desc nulls last
    ) = 1
),

-- A deletion takes precedence over the CRM's flags, and the flags over the mapped stage.
flagged as (
    select
        opportunities.*,
        status_stages.stage as mapped_stage,
        not opportunities.is_deleted
        and coalesce(opportunities.is_won, status_stages.stage = 'customer', false) as has_won,
        opportunities.is_deleted
        or coalesce(opportunities.is_won, false)
        or coalesce(opportunities.is_closed, status_stages.stage in ('customer', 'lost'), false)
            as has_closed,
        case
            when has_closed and has_won then 'customer'
            when has_closed then 'lost'
            when mapped_stage in ('customer', 'lost') then 'opportunity'
            else coalesce(mapped_stage, 'opportunity')
        end as current_stage
    from {{ ref('int_opportunities_as_of') }} as opportunities
    left join status_stages
        on
            opportunities.source_system = status_stages.source_system
            and opportunities.stage = status_stages.source_status
),

-- An opportunity that is closed at as_of was closed by then, even if its close_date is later.
dated as (
    select
        flagged.*,
        change_times.first_changed_at,
        coalesce(
            case
                when flagged.is_deleted and flagged.mapped_stage = 'lost'
                    then last_stage_entries.changed_at
            end,
            flagged.closed_at,
            case when flagged.is_deleted then change_times.last_changed_at end,
            last_stage_entries.changed_at,
            {{ day_end('flagged.close_date') }}
        ) as known_closed_at,
        case
            when flagged.has_closed and known_closed_at >= as_of.as_of_end_at
                then {{ dbt.dateadd('second', -1, 'as_of.as_of_end_at') }}
            when flagged.has_closed then known_closed_at
        end as capped_closed_at
    from flagged
    cross join {{ ref('as_of') }} as as_of
    left join change_times on flagged.opportunity_id = change_times.opportunity_id
    left join last_stage_entries
        on
            flagged.opportunity_id = last_stage_entries.opportunity_id
            and flagged.current_stage = last_stage_entries.stage
),

outcomes as (
    select
        opportunity_id,
        current_stage as stage,
        has_closed as is_closed,
        has_closed and has_won as is_won,
        coalesce(created_at, first_changed_at, capped_closed_at) as created_at,
        capped_closed_at as closed_at
    from dated
)

select * from outcomes

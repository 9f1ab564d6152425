with item_types as (select * from {{ ref('weekly_review_items') }}),

as_of as (select * from {{ ref('as_of') }}),

weeks as (
    select
        as_of_date as last_date,
        cast({{ dbt.dateadd('day', -6, 'as_of_date') }} as date) as first_date
    from as_of
),

items as (
    select
        'sla_breach' as item_type,
        handoffs.handoff_id as item_id,
        handoffs.account_name as item_name,
        handoffs.team,
        handoffs.owner_name,
        handoffs.breach_reason as reading,
        null as own_action,
        handoffs.expected_value as amount,
        handoffs.handed_off_date as event_date
    from {{ ref('fct_handoffs') }} as handoffs
    inner join weeks on handoffs.handed_off_date between weeks.first_date and weeks.last_date
    where not handoffs.is_sla_met
    union all
    select
        'target_at_risk' as item_type,
        goals.metric || ' / ' || goals.team || ' / ' || goals.source as item_id,
        goals.metric || case when goals.source <> '(all)' then ', ' || goals.source else '' end
            as item_name,
        goals.team,
        goals.owner as owner_name,
        case
            when goals.is_over then 'quarter missed'
            else
                'quarter ' || cast(round(100 * goals.probability_of_attainment) as int)
                || ' % likely to be met'
        end as reading,
        null as own_action,
        case
            when goals.metric like '%amount' or goals.metric in ('sourced_pipeline', 'revenue')
                then goals.pace_forecast - goals.target
        end as amount,
        goals.period_start as event_date
    from {{ ref('rpt_goal_attainment') }} as goals
    inner join weeks
        on
            goals.period_start <= weeks.last_date
            and {{ dbt.dateadd('month', 3, 'goals.period_start') }} > weeks.last_date
    where
        goals.period_grain = 'quarter'
        and goals.segment = '(all)'
        and goals.probability_of_attainment < {{ var('weekly_review_probability') }}
    union all
    select
        case
            when pipeline.close_date < weeks.last_date then 'overdue_close_date'
            else 'past_usual_window'
        end as item_type,
        pipeline.opportunity_id as item_id,
        pipeline.opportunity_name as item_name,
        pipeline.team,
        owners.owner_name,
        'open for '
        || pipeline.age_days
        || ' days, planned for '
        || cast(pipeline.close_date as string)
            as reading,
        null as own_action,
        pipeline.amount,
        pipeline.close_date as event_date
    from {{ ref('fct_open_pipeline') }} as pipeline
    cross join weeks
    left join {{ ref('dim_owners') }} as owners on pipeline.owner_id = owners.owner_id
    where pipeline.close_date < weeks.last_date or pipeline.is_past_usual_window
    union all
    select
        'newly_stalled' as item_type,
        journey_id as item_id,
        account_name as item_name,
        team,
        owner_name,
        stage || ' for ' || cast(floor(days_in_stage) as int) || ' days' as reading,
        suggested_action as own_action,
        null as amount,
        cast(entered_at as date) as event_date
    from {{ ref('rpt_stalled_journeys') }}
    where days_in_stage - threshold_days <= 7
    union all
    select
        'no_show' as item_type,
        meetings.meeting_id as item_id,
        meetings.account_name as item_name,
        owners.team,
        meetings.owner_name,
        'meeting of ' || cast(meetings.scheduled_date as string) as reading,
        null as own_action,
        null as amount,
        meetings.scheduled_date as event_date
    from {{ ref('fct_meetings') }} as meetings
    inner join weeks on meetings.scheduled_date between weeks.first_date and weeks.last_date
    left join {{ ref('dim_owners') }} as owners on meetings.owner_id = owners.owner_id
    where meetings.meeting_status = 'no_show'
    union all
    select
        'funnel_alert' as item_type,
        alerts.metric || ' / ' || alerts.slice as item_id,
        alerts.metric || ', ' || alerts.slice as item_name,
        cast(null as string) as team,
        cast(null as string) as owner_name,
        cast(round(alerts.value, 3) as string) || ' instead of '
        || cast(round(alerts.trailing_median, 3) as string) as reading,
        null as own_action,
        null as amount,
        alerts.period_month as event_date
    from {{ ref('rpt_funnel_alerts') }} as alerts
    qualify alerts.period_month = max(alerts.period_month) over ()
),

final as (
    select
        items.item_type,
        items.item_id,
        items.item_name,
        items.team,
        items.owner_name,
        items.reading,
        coalesce(items.own_action, item_types.suggested_action) as suggested_action,
        item_types.position,
        cast(items.amount as decimal(18, 2)) as amount,
        items.event_date,
        weeks.first_date as week_start_date
    from items
    inner join item_types on items.item_type = item_types.item_type
    cross join weeks
)

select * from final

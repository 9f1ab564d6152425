with required_months as (select * from {{ ref('int_funnel_required_months') }}),

funnel_months as (select * from {{ ref('int_funnel_months') }}),

goal_actuals as (select * from {{ ref('int_goal_actuals') }}),

as_of as (select * from {{ ref('as_of') }}),

achieved as (
    select
        segment,
        sum(leads_count) as leads_count,
        sum(mqls_count) as mqls_count,
        sum(sqls_count) as sqls_count,
        sum(created_count) as created_count,
        sum(created_amount) as created_amount,
        period_month
    from funnel_months
    group by segment, period_month
),

sourced as (
    select
        case when slices.is_total then '(all)' else goal_actuals.segment end as segment,
        sum(goal_actuals.actual_amount) as sourced_pipeline,
        goal_actuals.period_month
    from goal_actuals
    cross join (values (true), (false)) as slices (is_total)
    where goal_actuals.metric = 'sourced_pipeline'
    group by
        case when slices.is_total then '(all)' else goal_actuals.segment end,
        goal_actuals.period_month
),

history as (select min(period_month) as first_month from funnel_months),

-- Months to come, and those before the first data, have no actual figures.
dated as (
    select
        required_months.*,
        required_months.period_month between history.first_month and as_of.as_of_date as is_known
    from required_months
    cross join as_of
    cross join history
),

compared as (
    select
        dated.*,
        case when dated.is_known then coalesce(achieved.leads_count, 0) end as leads_count,
        case when dated.is_known then coalesce(achieved.mqls_count, 0) end as mqls_count,
        case when dated.is_known then coalesce(achieved.sqls_count, 0) end as sqls_count,
        case when dated.is_known then coalesce(achieved.created_count, 0) end as created_count,
        case when dated.is_known then coalesce(achieved.created_amount, 0) end as created_amount,
        case when dated.is_known then coalesce(sourced.sourced_pipeline, 0) end
            as sourced_pipeline
    from dated
    left join achieved
        on
            dated.segment = achieved.segment
            and dated.period_month = achieved.period_month
    left join sourced
        on
            dated.segment = sourced.segment
            and dated.period_month = sourced.period_month
),

final as (
    select
        segment,
        cast(target_amount as decimal(18, 2)) as target_amount,
        required_leads,
        cast(leads_count as bigint) as actual_leads,
        leads_count - required_leads as leads_gap,
        required_mqls,
        cast(mqls_count as bigint) as actual_mqls,
        mqls_count - required_mqls as mqls_gap,
        required_sqls,
        cast(sqls_count as bigint) as actual_sqls,
        sqls_count - required_sqls as sqls_gap,
        required_opportunities,
        cast(created_count as bigint) as actual_opportunities,
        created_count - required_opportunities as opportunities_gap,
        cast(required_pipeline_amount as decimal(18, 2)) as required_pipeline_amount,
        cast(created_amount as decimal(18, 2)) as actual_pipeline_amount,
        cast(created_amount - cast(required_pipeline_amount as decimal(18, 2)) as decimal(18, 2))
            as pipeline_gap,
        cast(required_sourced_pipeline_amount as decimal(18, 2))
            as required_sourced_pipeline_amount,
        cast(sourced_pipeline as decimal(18, 2)) as actual_sourced_pipeline_amount,
        cast(
            sourced_pipeline - cast(required_sourced_pipeline_amount as decimal(18, 2))
            as decimal(18, 2)
        ) as sourced_pipeline_gap,
        segment = '(all)' as is_total,
        period_month
    from compared
)

select * from final

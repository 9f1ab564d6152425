with as_of as (select * from {{ ref('as_of') }}),

engagement as (
    select
        period_month,
        sum(sessions_count) as sessions_count
    from {{ ref('rpt_engagement') }}
    group by period_month
),

leads as (
    select
        period_month,
        entered_count as leads_count
    from {{ ref('rpt_funnel_conversion') }}
    where
        basis = 'period'
        and from_stage = 'lead'
        and to_stage = 'mql'
        and channel = '(all)'
        and segment = '(all)'
),

contribution as (select * from {{ ref('rpt_marketing_contribution') }}),

compliance as (
    select * from {{ ref('rpt_sla_compliance') }}
    where metric = 'follow_up' and team = '(all)' and segment = '(all)'
),

meetings as (
    select
        period_month,
        sum(held_count) as held_count
    from {{ ref('rpt_meetings') }}
    group by period_month
),

pipeline as (
    select * from {{ ref('rpt_pipeline_metrics') }}
    where segment = '(all)'
),

mrr as (
    select * from {{ ref('rpt_mrr_bridge') }}
    where segment = '(all)'
),

goal_actuals as (
    select
        period_month,
        coalesce(sum(actual_amount) filter (where metric = 'mqls'), 0) as mqls_count,
        coalesce(sum(actual_amount) filter (where metric = 'sourced_pipeline'), 0)
            as sourced_pipeline,
        coalesce(sum(actual_amount) filter (where metric = 'sourced_won_amount'), 0)
            as sourced_won_amount,
        sum(actual_amount) filter (where metric = 'revenue') as revenue
    from {{ ref('int_goal_actuals') }}
    group by period_month
),

months as (
    select distinct
        dates.month_start_date as period_month,
        {{ dbt.dateadd('month', 1, 'dates.month_start_date') }} <= as_of.as_of_end_at as is_complete
    from {{ ref('dim_dates') }} as dates
    inner join as_of on dates.date_day <= as_of.as_of_date
),

joined as (
    select
        cast(engagement.sessions_count as bigint) as sessions_count,
        cast(leads.leads_count as bigint) as leads_count,
        cast(goal_actuals.mqls_count as bigint) as mqls_count,
        cast(goal_actuals.sourced_pipeline as decimal(18, 2)) as sourced_pipeline,
        cast(goal_actuals.sourced_won_amount as decimal(18, 2)) as sourced_won_amount,
        contribution.marketing_spend,
        compliance.compliance_rate as follow_up_compliance,
        cast(meetings.held_count as bigint) as meetings_held_count,
        pipeline.created_count,
        pipeline.created_amount,
        pipeline.win_rate,
        pipeline.average_deal_size as average_won_amount,
        pipeline.median_cycle_days,
        pipeline.won_count,
        pipeline.won_amount,
        mrr.end_mrr,
        mrr.expansion_mrr,
        mrr.gross_churn_rate,
        mrr.nrr,
        mrr.customers_end as mrr_customers_count,
        cast(goal_actuals.revenue as decimal(18, 2)) as revenue,
        months.is_complete,
        months.period_month
    from months
    left join engagement on months.period_month = engagement.period_month
    left join leads on months.period_month = leads.period_month
    left join goal_actuals on months.period_month = goal_actuals.period_month
    left join contribution on months.period_month = contribution.period_month
    left join compliance on months.period_month = compliance.period_month
    left join meetings on months.period_month = meetings.period_month
    left join pipeline on months.period_month = pipeline.period_month
    left join mrr on months.period_month = mrr.period_month
),

-- Months before any data are left out; a month without activity in between is kept.
final as (
    select *
    from joined
    qualify period_month >= min(
        case
            when
                coalesce(
                    sessions_count, leads_count, mqls_count, marketing_spend,
                    meetings_held_count, created_amount, end_mrr, revenue
                ) is not null
                then period_month
        end
    ) over ()
)

select * from final

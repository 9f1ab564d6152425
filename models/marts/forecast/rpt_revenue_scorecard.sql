with metrics as (select * from {{ ref('scorecard_metrics') }}),

months as (select * from {{ ref('rpt_monthly_summary') }}),

-- Teams and segments add up; rates do not, so take that of the company.
targets as (
    select
        metric,
        period_month,
        sum(target) as target
    from {{ ref('targets') }}
    where metric not in ('nrr', 'gross_churn_rate') or segment = '(all)'
    group by metric, period_month
),

actuals as (
    select
        metrics.*,
        months.is_complete,
        months.period_month,
        cast(
            case metrics.metric
                when 'sessions' then months.sessions_count
                when 'leads' then months.leads_count
                when 'mqls' then months.mqls_count
                when 'sourced_pipeline' then months.sourced_pipeline
                when 'sourced_won_amount' then months.sourced_won_amount
                when 'marketing_spend' then months.marketing_spend
                when 'follow_up_compliance' then months.follow_up_compliance
                when 'meetings_held' then months.meetings_held_count
                when 'created_amount' then months.created_amount
                when 'win_rate' then months.win_rate
                when 'average_won_amount' then months.average_won_amount
                when 'median_cycle_days' then months.median_cycle_days
                when 'won_amount' then months.won_amount
                when 'end_mrr' then months.end_mrr
                when 'expansion_mrr' then months.expansion_mrr
                when 'gross_churn_rate' then months.gross_churn_rate
                when 'nrr' then months.nrr
                when 'customers' then months.mrr_customers_count
                when 'revenue' then months.revenue
            end as decimal(18, 4)
        ) as actual
    from months
    cross join metrics
),

compared as (
    select
        *,
        lag(actual, 1) over months_of_metric as previous,
        lag(actual, 12) over months_of_metric as year_before,
        avg(cast(actual as double)) over last_quarter as recent_mean,
        avg(cast(actual as double)) over quarter_before as earlier_mean,
        count(actual) over quarter_before as earlier_count
    from actuals
    window
        months_of_metric as (
            partition by metric
            order by period_month nulls last
        ),
        last_quarter as (
            partition by metric
            order by period_month nulls last rows between 2 preceding and current row
        ),
        quarter_before as (
            partition by metric
            order by period_month nulls last rows between 5 preceding and 3 preceding
        )
),

final as (
    select
        compared.metric,
        compared.team,
        compared.unit,
        compared.depends_on,
        case
            when not compared.is_complete or compared.earlier_count < 3 then null
            when
                abs(compared.recent_mean - compared.earlier_mean)
                <= abs(compared.earlier_mean) * {{ var('trend_steady_share') }} then 'steady'
            when compared.recent_mean > compared.earlier_mean then 'up'
            when compared.recent_mean < compared.earlier_mean then 'down'
        end as trend,
        compared.position,
        compared.actual,
        cast(targets.target as decimal(18, 4)) as target,
        case
            when compared.is_higher_better then {{ rate('compared.actual', 'targets.target') }}
            when not compared.is_higher_better then {{ rate('targets.target', 'compared.actual') }}
        end as attainment_rate,
        compared.previous,
        compared.year_before,
        compared.is_higher_better,
        compared.is_complete,
        compared.period_month
    from compared
    left join targets
        on compared.metric = targets.metric and compared.period_month = targets.period_month
    where compared.actual is not null or targets.target is not null
)

select * from final

with forecast_months as (select * from {{ ref('int_forecast_months') }}),

mrr_steps as (select * from {{ ref('int_mrr_steps') }}),

recurring_revenue as (
    select
        period_month,
        cast(sum(recurring_amount) as double) as amount
    from {{ ref('int_revenue_by_month') }}
    group by period_month
),

dates as (
    select distinct
        as_of_month,
        last_whole_month
    from forecast_months
),

company_steps as (
    select
        period_month,
        sum(start_mrr) as start_mrr,
        sum(lost_mrr) as lost_mrr,
        sum(gained_mrr) as gained_mrr,
        sum(end_mrr) as end_mrr
    from mrr_steps
    group by period_month
),

-- Monthly rates of the last twelve months, and how much revenue a unit of MRR brings.
rates as (
    select
        dates.as_of_month,
        dates.last_whole_month,
        sum(company_steps.lost_mrr) / nullif(sum(company_steps.start_mrr), 0) as loss_rate,
        sum(company_steps.gained_mrr) / nullif(sum(company_steps.start_mrr), 0) as gain_rate,
        sum(coalesce(recurring_revenue.amount, 0))
        / nullif(sum((company_steps.start_mrr + company_steps.end_mrr) / 2), 0) as revenue_per_mrr
    from dates
    inner join company_steps
        on
            dates.last_whole_month >= company_steps.period_month
            and company_steps.period_month
            > {{ dbt.dateadd('month', -12, 'dates.last_whole_month') }}
    left join recurring_revenue on company_steps.period_month = recurring_revenue.period_month
    group by dates.as_of_month, dates.last_whole_month
)

select * from rates

with pipeline_months as (select * from {{ ref('int_pipeline_months') }}),

closings as (
    select
        *,
        case when is_won then amount end as won_amount
    from {{ ref('int_opportunity_closings') }}
),

-- Fans out on purpose: a closing counts in its own month and in the trailing rates of six months.
closed as (
    select
        months.segment,
        months.period_month,
        closings.won_amount,
        closings.amount,
        closings.cycle_days,
        closings.lead_cycle_days,
        closings.is_won,
        closings.closed_month = months.period_month as is_in_month
    from closings
    inner join pipeline_months as months
        on
            closings.closed_month <= months.period_month
            and closings.closed_month
            > {{ dbt.dateadd('month', -var('pipeline_trailing_months'), 'months.period_month') }}
            and months.segment in (closings.segment, '(all)')
),

closed_sums as (
    select
        segment,
        period_month,
        count(case when is_in_month and is_won then 1 end) as won_count,
        count(case when is_in_month and not is_won then 1 end) as lost_count,
        sum(case when is_in_month then won_amount end) as won_amount,
        sum(case when is_in_month and not is_won then amount end) as lost_amount,
        cast(sum(case when is_in_month then won_amount end) as double)
        / nullif(count(case when is_in_month then won_amount end), 0) as average_deal_size,
        median(case when is_in_month then cycle_days end) as median_cycle_days,
        percentile_cont(0.75) within group (
            order by case when is_in_month then cycle_days end asc
        ) as p75_cycle_days,
        avg(cast(case when is_in_month then cycle_days end as double)) as mean_cycle_days,
        median(case when is_in_month then lead_cycle_days end) as median_lead_cycle_days,
        cast(count(case when is_won then 1 end) as double) / count(*) as trailing_win_rate,
        cast(sum(won_amount) as double) / nullif(count(won_amount), 0)
            as trailing_average_deal_size,
        median(cycle_days) as trailing_median_cycle_days
    from closed
    group by segment, period_month
)

select * from closed_sums

with sales_sla as (select * from {{ ref('int_sales_sla') }}),

marketing_sla as (select * from {{ ref('int_marketing_sla') }}),

as_of as (select * from {{ ref('as_of') }}),

rated as (
    select
        metric,
        team,
        segment,
        handoffs_count,
        met_count,
        breached_count,
        target_value,
        actual_value,
        target_compliance_rate,
        cast(met_count as double) / nullif(met_count + breached_count, 0) as compliance_rate,
        handoffs_value,
        coalesce(breached_value, 0) as breached_value,
        period_month
    from sales_sla
    union all
    select
        metric,
        team,
        segment,
        cast(null as bigint) as handoffs_count,
        cast(null as bigint) as met_count,
        cast(null as bigint) as breached_count,
        target_value,
        actual_value,
        cast(1 as double) as target_compliance_rate,
        actual_value / nullif(target_value, 0) as compliance_rate,
        cast(null as decimal(18, 2)) as handoffs_value,
        cast(null as decimal(18, 2)) as breached_value,
        period_month
    from marketing_sla
),

final as (
    select
        rated.metric,
        rated.team,
        rated.segment,
        cast(rated.handoffs_count as bigint) as handoffs_count,
        cast(rated.met_count as bigint) as met_count,
        cast(rated.breached_count as bigint) as breached_count,
        cast(rated.handoffs_count - rated.met_count - rated.breached_count as bigint)
            as pending_count,
        rated.target_value,
        cast(rated.actual_value as double) as actual_value,
        rated.target_compliance_rate,
        rated.compliance_rate,
        cast(rated.handoffs_value as decimal(18, 2)) as handoffs_value,
        cast(rated.breached_value as decimal(18, 2)) as breached_value,
        rated.team = '(all)' or rated.segment = '(all)' as is_total,
        rated.compliance_rate >= rated.target_compliance_rate as is_met,
        cast({{ dbt.dateadd('month', 1, 'rated.period_month') }} as date)
        <= cast({{ dbt.dateadd('day', 1, 'as_of.as_of_date') }} as date) as is_complete,
        rated.period_month
    from rated
    cross join as_of
)

select * from final

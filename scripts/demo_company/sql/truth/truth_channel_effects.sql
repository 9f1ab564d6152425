create table truth.channel_effects as
with revenue as (
    select
        dropped,
        coalesce(sum(amount) filter (where is_won), 0)::decimal(18, 2) as revenue,
        count(*) filter (where is_won) as won_deals_count
    from won_values
    group by dropped
),

reached as (
    select
        dropped,
        count(*) filter (where is_opportunity) as opportunities_count
    from opportunity_scenarios
    inner join (select company from crm_deals) using (company)
    group by dropped
),

results as (
    select
        dropped,
        coalesce(
            revenue, 0
        )::decimal(18, 2) as revenue,
        coalesce(
            won_deals_count,
            0
        ) as won_deals_count,
        coalesce(opportunities_count, 0) as opportunities_count
    from scenarios
    left join revenue using (dropped)
    left join reached using (dropped)
),

full_run as (
    select * from results
    where dropped = '(none)'
)

select
    case results.dropped when '(all)' then '(baseline)' else results.dropped end as channel,
    case results.dropped
        when '(all)' then results.revenue
        else full_run.revenue - results.revenue end::decimal(18, 2)
        as incremental_revenue,
    full_run.revenue as revenue_with,
    case results.dropped
        when '(all)' then 0 else results.revenue end::decimal(
        18,
        2
    ) as revenue_without,
    case results.dropped
        when '(all)' then results.won_deals_count
        else full_run.won_deals_count - results.won_deals_count end
        as incremental_won_deals,
    case results.dropped
        when '(all)' then results.opportunities_count
        else full_run.opportunities_count - results.opportunities_count
    end as incremental_opportunities
from results
cross join full_run
where results.dropped <> '(none)'

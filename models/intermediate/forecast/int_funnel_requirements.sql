with targets as (
    select
        segment,
        sum(cast(target as double)) as target_amount,
        period_month as target_month
    from {{ ref('targets') }}
    where metric = 'won_amount'
    group by segment, period_month
),

funnel_rates as (select * from {{ ref('int_funnel_rates') }}),

origin_rates as (select * from {{ ref('int_origin_rates') }}),

sourced_amounts as (select * from {{ ref('int_sourced_amounts') }}),

sourced_shares as (
    select
        case when slices.is_total then '(all)' else sourced_amounts.segment end as segment,
        {{ rate(
            'sum(sourced_amounts.sourced_pipeline)', 'sum(sourced_amounts.created_amount)'
        ) }} as sourced_share
    from sourced_amounts
    cross join (values (true), (false)) as slices (is_total)
    group by case when slices.is_total then '(all)' else sourced_amounts.segment end
),

-- A segment without any history takes the rates of all segments.
cells as (
    select
        targets.*,
        coalesce(funnel_rates.segment, '(all)') as rates_segment
    from targets
    left join funnel_rates on targets.segment = funnel_rates.segment
),

-- Wins that are needed, back to the opportunities that they take. Where an origin never brought
-- anything, none are needed from it.
opportunities as (
    select
        cells.segment,
        cells.rates_segment,
        cells.target_month,
        cells.target_amount,
        origin_rates.is_from_sql,
        origin_rates.mean_created_amount,
        case
            when origin_rates.won_share = 0 then 0
            else
                cells.target_amount * origin_rates.won_share
                / nullif(origin_rates.mean_won_amount * origin_rates.win_rate, 0)
        end as opportunities_needed
    from cells
    inner join origin_rates on cells.rates_segment = origin_rates.segment
),

needed as (
    select
        segment,
        rates_segment,
        target_month,
        target_amount,
        sum(case when is_from_sql then opportunities_needed end) as opportunities_from_sqls,
        sum(case when not is_from_sql then opportunities_needed end) as other_opportunities,
        case
            when count(opportunities_needed) = count(*)
                then sum(opportunities_needed * coalesce(mean_created_amount, 0))
        end as pipeline_amount
    from opportunities
    group by segment, rates_segment, target_month, target_amount
),

staged as (
    select
        needed.*,
        stages.stage,
        needed.pipeline_amount * coalesce(sourced_shares.sourced_share, 0)
            as sourced_pipeline_amount,
        cast(round((
            coalesce(funnel_rates.cycle_days, 0)
            + case
                when stages.stage in ('lead', 'mql', 'sql')
                    then coalesce(funnel_rates.sql_to_opportunity_days, 0)
                else 0
            end
            + case
                when stages.stage in ('lead', 'mql') then coalesce(funnel_rates.mql_to_sql_days, 0)
                else 0
            end
            + case
                when stages.stage = 'lead' then coalesce(funnel_rates.lead_to_mql_days, 0) else 0
            end
        ) / 30.4375e0) as int) as lag_months
    from needed
    inner join funnel_rates on needed.rates_segment = funnel_rates.segment
    cross join (values ('lead'), ('mql'), ('sql'), ('opportunity')) as stages (stage)
    left join sourced_shares on needed.rates_segment = sourced_shares.segment
),

final as (
    select
        segment,
        stage,
        lag_months,
        target_amount,
        opportunities_from_sqls,
        other_opportunities,
        pipeline_amount,
        sourced_pipeline_amount,
        cast({{ dbt.dateadd('month', '-lag_months', 'target_month') }} as date) as period_month,
        target_month
    from staged
)

select * from final

with requirements as (select * from {{ ref('int_funnel_requirements') }}),

funnel_rates as (select * from {{ ref('int_funnel_rates') }}),

facts as (
    select
        segment,
        stage,
        opportunities_from_sqls,
        other_opportunities,
        pipeline_amount,
        sourced_pipeline_amount,
        cast(null as double) as target_amount,
        period_month
    from requirements
    union all
    select
        segment,
        'won' as stage,
        cast(null as double) as opportunities_from_sqls,
        cast(null as double) as other_opportunities,
        cast(null as double) as pipeline_amount,
        cast(null as double) as sourced_pipeline_amount,
        target_amount,
        target_month as period_month
    from requirements
    where stage = 'opportunity'
),

-- Targets that are not split by segment are only in segment (all).
sliced as (
    select
        case when slices.is_total then '(all)' else facts.segment end as segment,
        sum(facts.target_amount) as target_amount,
        sum(case when facts.stage = 'lead' then facts.opportunities_from_sqls end) as of_leads,
        sum(case when facts.stage = 'mql' then facts.opportunities_from_sqls end) as of_mqls,
        sum(case when facts.stage = 'sql' then facts.opportunities_from_sqls end) as of_sqls,
        sum(
            case
                when facts.stage = 'opportunity'
                    then facts.opportunities_from_sqls + facts.other_opportunities
            end
        ) as opportunities,
        sum(case when facts.stage = 'opportunity' then facts.pipeline_amount end) as pipeline,
        sum(case when facts.stage = 'opportunity' then facts.sourced_pipeline_amount end)
            as sourced_pipeline,
        facts.period_month
    from facts
    cross join (values (true), (false)) as slices (is_total)
    where slices.is_total or facts.segment <> '(all)'
    group by case when slices.is_total then '(all)' else facts.segment end, facts.period_month
),

rated_segments as (
    select
        sliced.*,
        coalesce(own.segment, '(all)') as rates_segment
    from sliced
    left join funnel_rates as own on sliced.segment = own.segment
),

-- People without a known segment only count in segment (all), by the rates of all segments.
final as (
    select
        rated_segments.segment,
        rated_segments.target_amount,
        rated_segments.of_leads / nullif(
            funnel_rates.opportunities_per_sql
            * funnel_rates.sqls_per_mql * funnel_rates.mqls_per_lead, 0
        ) as required_leads,
        rated_segments.of_mqls
        / nullif(funnel_rates.opportunities_per_sql * funnel_rates.sqls_per_mql, 0)
            as required_mqls,
        rated_segments.of_sqls / nullif(funnel_rates.opportunities_per_sql, 0) as required_sqls,
        rated_segments.opportunities as required_opportunities,
        rated_segments.pipeline as required_pipeline_amount,
        rated_segments.sourced_pipeline as required_sourced_pipeline_amount,
        rated_segments.period_month
    from rated_segments
    inner join funnel_rates on rated_segments.rates_segment = funnel_rates.segment
)

select * from final

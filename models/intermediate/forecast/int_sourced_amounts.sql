with dates as (
    select
        max(last_whole_month) as last_whole_month,
        cast({{ dbt.dateadd(
            'month', -var('forecast_history_months'), 'max(last_whole_month)'
        ) }} as date) as before_month
    from {{ ref('int_forecast_months') }}
    where is_current
),

sourced as (select * from {{ ref('int_sourced_opportunities') }}),

facts as (
    select
        opportunity_id,
        segment,
        team,
        0 as created_count,
        0 as created_amount,
        amount as won_amount,
        closed_month as period_month
    from {{ ref('int_opportunity_closings') }}
    where is_won
    union all
    select
        opportunity_id,
        segment,
        team,
        1 as created_count,
        amount as created_amount,
        0 as won_amount,
        created_month as period_month
    from {{ ref('int_opportunity_entries') }}
),

final as (
    select
        facts.segment,
        facts.team,
        sum(facts.created_count) as created_count,
        sum(coalesce(facts.created_amount, 0)) as created_amount,
        sum(case when sourced.is_sourced_pipeline then facts.created_amount else 0 end)
            as sourced_pipeline,
        sum(coalesce(facts.won_amount, 0)) as won_amount,
        sum(case when sourced.is_sourced_win then facts.won_amount else 0 end)
            as sourced_won_amount
    from facts
    inner join sourced on facts.opportunity_id = sourced.opportunity_id
    inner join dates
        on
            dates.last_whole_month >= facts.period_month
            and dates.before_month < facts.period_month
    group by facts.segment, facts.team
)

select * from final

with closings as (select * from {{ ref('int_opportunity_closings') }}),

entries as (select * from {{ ref('int_opportunity_entries') }}),

sources as (select * from {{ ref('int_opportunity_sources') }}),

sourced as (select * from {{ ref('int_sourced_opportunities') }}),

journeys as (select * from {{ ref('int_journeys') }}),

recognised as (select * from {{ ref('int_recognised_revenue') }}),

accounts as (select * from {{ ref('int_accounts') }}),

as_of as (select * from {{ ref('as_of') }}),

facts as (
    select
        'won_amount' as metric,
        team,
        segment,
        '(all)' as source,
        amount,
        closed_month as period_month
    from closings
    where is_won
    union all
    select
        'created_amount' as metric,
        entries.team,
        entries.segment,
        sources.source,
        entries.amount,
        entries.created_month as period_month
    from entries
    inner join sources on entries.opportunity_id = sources.opportunity_id
    union all
    select
        'sourced_pipeline' as metric,
        'marketing' as team,
        entries.segment,
        '(all)' as source,
        entries.amount,
        entries.created_month as period_month
    from entries
    inner join sourced on entries.opportunity_id = sourced.opportunity_id
    where sourced.is_sourced_pipeline
    union all
    select
        'sourced_won_amount' as metric,
        'marketing' as team,
        closings.segment,
        '(all)' as source,
        closings.amount,
        closings.closed_month as period_month
    from closings
    inner join sourced on closings.opportunity_id = sourced.opportunity_id
    where closings.is_won and sourced.is_sourced_win
    union all
    select
        'mqls' as metric,
        'marketing' as team,
        segment,
        '(all)' as source,
        cast(1 as decimal(18, 2)) as amount,
        cast({{ dbt.date_trunc('month', reporting_date('mql_at')) }} as date) as period_month
    from journeys
    where mql_at is not null
    union all
    select
        'revenue' as metric,
        'shared' as team,
        coalesce(accounts.segment, 'unknown') as segment,
        '(all)' as source,
        recognised.amount,
        recognised.period_month
    from recognised
    left join accounts on recognised.account_id = accounts.account_id
),

-- Revenue of later months, already billed, is not earned yet.
final as (
    select
        facts.metric,
        facts.team,
        facts.segment,
        facts.source,
        cast(sum(coalesce(facts.amount, 0)) as decimal(18, 2)) as actual_amount,
        facts.period_month
    from facts
    inner join as_of on facts.period_month <= as_of.as_of_date
    group by facts.metric, facts.team, facts.segment, facts.source, facts.period_month
)

select * from final

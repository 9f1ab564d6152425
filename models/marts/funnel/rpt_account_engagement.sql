with signals as (select * from {{ ref('int_account_signals') }}),

intent_rules as (select * from {{ ref('intent_rules') }}),

intent_bands as (select * from {{ ref('intent_bands') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

funnel_stages as (select * from {{ ref('funnel_stages') }}),

journeys as (
    select * from {{ ref('fct_journeys') }}
    where exit_type is null and account_id is not null
),

open_opportunities as (
    select
        account_id,
        count(*) as open_opportunities_count,
        sum(amount) as open_amount
    from {{ ref('fct_opportunities') }}
    where not is_closed and account_id is not null
    group by account_id
),

current_stages as (
    select
        journeys.account_id,
        max_by(journeys.current_stage, funnel_stages.stage_order) as current_stage
    from journeys
    inner join funnel_stages on journeys.current_stage = funnel_stages.stage
    group by journeys.account_id
),

people as (
    select
        account_id,
        cast({{ dbt.date_trunc('month', reporting_date('touched_at')) }} as date) as period_month,
        count(distinct person_key) as people_count
    from {{ ref('int_touchpoints') }}
    where account_id is not null
    group by all
),

scored as (
    select
        coalesce(signals.account_id, signals.company_domain) as company_key,
        signals.account_id,
        signals.company_domain,
        sum(signals.sessions_count) as sessions_count,
        sum(signals.visits_count) as company_visits_count,
        sum(signals.visit_pages_count) as company_visit_pages_count,
        least(coalesce(sum(
            least(signals.signals_count * intent_rules.points, intent_rules.maximum_points)
        ), 0), 100) as intent_score,
        signals.period_month
    from signals
    left join intent_rules on signals.signal = intent_rules.signal
    group by signals.account_id, signals.company_domain, signals.period_month
),

banded as (
    select
        scored.company_key,
        scored.period_month,
        max_by(intent_bands.intent_band, intent_bands.minimum_score) as intent_band
    from scored
    inner join intent_bands on scored.intent_score >= intent_bands.minimum_score
    group by scored.company_key, scored.period_month
),

final as (
    select
        scored.company_key,
        scored.account_id,
        scored.company_domain,
        accounts.account_name,
        banded.intent_band,
        coalesce(accounts.icp_fit, 'unknown') as icp_fit,
        accounts.target_tier,
        current_stages.current_stage,
        cast(scored.sessions_count as bigint) as sessions_count,
        cast(coalesce(people.people_count, 0) as bigint) as people_count,
        cast(scored.company_visits_count as bigint) as company_visits_count,
        cast(scored.company_visit_pages_count as bigint) as company_visit_pages_count,
        cast(scored.intent_score as bigint) as intent_score,
        cast(coalesce(open_opportunities.open_opportunities_count, 0) as bigint)
            as open_opportunities_count,
        cast(coalesce(open_opportunities.open_amount, 0) as decimal(18, 2)) as open_amount,
        scored.period_month
    from scored
    left join banded
        on
            scored.company_key = banded.company_key
            and scored.period_month = banded.period_month
    left join accounts on scored.account_id = accounts.account_id
    left join current_stages on scored.account_id = current_stages.account_id
    left join open_opportunities on scored.account_id = open_opportunities.account_id
    left join people
        on
            scored.account_id = people.account_id
            and scored.period_month = people.period_month
)

select * from final

with signals as (select * from {{ ref('int_account_signals') }}),

intent_rules as (select * from {{ ref('intent_rules') }}),

intent_bands as (select * from {{ ref('intent_bands') }}),

account_fit as (select * from {{ ref('int_account_fit') }}),

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
        banded.intent_band,
        coalesce(account_fit.icp_fit, 'unknown') as icp_fit,
        cast(scored.sessions_count as bigint) as sessions_count,
        cast(coalesce(people.people_count, 0) as bigint) as people_count,
        cast(scored.company_visits_count as bigint) as company_visits_count,
        cast(scored.intent_score as bigint) as intent_score,
        scored.period_month
    from scored
    left join banded
        on
            scored.company_key = banded.company_key
            and scored.period_month = banded.period_month
    left join account_fit on scored.account_id = account_fit.account_id
    left join people
        on
            scored.account_id = people.account_id
            and scored.period_month = people.period_month
)

select * from final

-- A rate is between 0 and 1, and a time span is not negative.
with ranges as (
    select
        'rpt_funnel_by_team.conversion_rate' as measure,
        min(conversion_rate) as lowest,
        max(conversion_rate) as highest
    from {{ ref('rpt_funnel_by_team') }}
    union all
    select
        'rpt_score_calibration.win_rate' as measure,
        min(win_rate) as lowest,
        max(win_rate) as highest
    from {{ ref('rpt_score_calibration') }}
    union all
    select
        'rpt_recycle_yield.reentry_rate' as measure,
        min(reentry_rate) as lowest,
        max(reentry_rate) as highest
    from {{ ref('rpt_recycle_yield') }}
    union all
    select
        'rpt_pipeline_metrics.win_rate' as measure,
        min(win_rate) as lowest,
        max(win_rate) as highest
    from {{ ref('rpt_pipeline_metrics') }}
    union all
    select
        'rpt_meetings.held_rate' as measure,
        min(held_rate) as lowest,
        max(held_rate) as highest
    from {{ ref('rpt_meetings') }}
    union all
    select
        'rpt_attribution_model_comparison.credited_share' as measure,
        min(credited_share) as lowest,
        max(credited_share) as highest
    from {{ ref('rpt_attribution_model_comparison') }}
    union all
    select
        'rpt_channel_effects.effect_share' as measure,
        min(effect_share) as lowest,
        max(effect_share) as highest
    from {{ ref('rpt_channel_effects') }}
    union all
    select
        'rpt_channel_effects.rank_stability' as measure,
        min(rank_stability) as lowest,
        max(rank_stability) as highest
    from {{ ref('rpt_channel_effects') }}
    union all
    select
        'rpt_retention_cohorts.logo_retention' as measure,
        min(logo_retention) as lowest,
        max(logo_retention) as highest
    from {{ ref('rpt_retention_cohorts') }}
    union all
    select
        'rpt_mrr_bridge.grr' as measure,
        min(grr) as lowest,
        max(grr) as highest
    from {{ ref('rpt_mrr_bridge') }}
    union all
    select
        'rpt_customer_survival.churn_rate' as measure,
        min(churn_rate) as lowest,
        max(churn_rate) as highest
    from {{ ref('rpt_customer_survival') }}
    union all
    select
        'rpt_customer_survival.survival_rate' as measure,
        min(survival_rate) as lowest,
        max(survival_rate) as highest
    from {{ ref('rpt_customer_survival') }}
    union all
    select
        'rpt_repeat_purchase.repeat_rate' as measure,
        min(repeat_rate) as lowest,
        max(repeat_rate) as highest
    from {{ ref('rpt_repeat_purchase') }}
    union all
    select
        'fct_customer_value.probability_alive' as measure,
        min(probability_alive) as lowest,
        max(probability_alive) as highest
    from {{ ref('fct_customer_value') }}
    union all
    select
        'fct_opportunities.sales_cycle_days' as measure,
        min(sales_cycle_days) as lowest,
        null as highest
    from {{ ref('fct_opportunities') }}
    union all
    select
        'fct_stage_transitions.days_in_stage' as measure,
        min(days_in_stage) as lowest,
        null as highest
    from {{ ref('fct_stage_transitions') }}
    union all
    select
        'fct_handoffs.hours_to_follow_up' as measure,
        min(hours_to_follow_up) as lowest,
        null as highest
    from {{ ref('fct_handoffs') }}
    union all
    select
        'rpt_unit_economics.payback_months' as measure,
        min(payback_months) as lowest,
        null as highest
    from {{ ref('rpt_unit_economics') }}
)

select
    measure,
    lowest,
    highest
from ranges
where lowest < 0 or highest > 1

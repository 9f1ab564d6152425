"""
Border 2, marts: what must hold before readers see them.

dbt has asserted keys, accepted values, relations and most identities by now, and a fact is asserted
once. This border looks at the whole: the columns that readers rely on are there, marts that were
fed are not empty and lost nothing on the way, values are in their range, nothing is dated after the
run's day, and the totals are those of the raw tables as they lie.
"""

from dataclasses import dataclass

from pipeline.quality.checks import Check, between, has_columns, has_rows, no_row_where, no_rows
from pipeline.records.history import ERROR, WARNING

AS_OF_END = "(select max(as_of_end_at) from canonical.as_of)"
# What the audit counts itself in the raw tables, beside the marts (source_system, raw_table,
# rows_count).
DELIVERED = "audit.raw_rows_delivered"


@dataclass(frozen=True)
class MartSuite:
    """
    What is expected of one mart: the columns that readers rely on, the canonical entities any of
    whose rows must lead to rows here (or to a warning, where data may rightly lead to none), and
    more.
    """

    columns: str
    fed_by: tuple[str, ...] = ()
    when_empty: str = ERROR
    is_never_empty: bool = False
    checks: tuple[Check, ...] = ()


def not_after_as_of(column: str) -> Check:
    """No fact is dated after the day up to which facts count."""
    return no_row_where(f"{column} is not after the run's day", column, f"{column} >= {AS_OF_END}")


EVERY_DEAL_ONCE = no_rows(
    "has as many rows as canonical opportunities, without those that were merged into others",
    """select * from (
        select
            (select count(*) from {batch}) as found,
            (
                select count(*) from canonical.opportunities
                where opportunity_id not in (
                    select merged_id from canonical.record_merges
                    where record_type = 'opportunity' and merged_id <> survivor_id
                )
            ) as expected
    ) as counts
    where found <> expected""",
)


# Credits are added up first: of a large company they are the most rows of all, and read once here.
CREDITED_IS_CONVERTED = no_rows(
    "every model credits exactly what was converted, per conversion type",
    """with credited as materialized (
        select model, conversion_type, sum(credited_value) as total
        from {batch} group by model, conversion_type
    ),

    converted as (
        select conversion_type, sum(conversion_value) as total
        from marts.fct_conversions group by conversion_type
    )

    select models.model, converted.conversion_type, converted.total, credited.total
    from (select distinct model from credited) as models
    cross join converted
    left join credited
        on credited.model = models.model and credited.conversion_type = converted.conversion_type
    where coalesce(credited.total, 0) <> coalesce(converted.total, 0)""",
    advice="a conversion without a path must have a row of its own in fct_attribution_credits",
)

RAW_IS_COUNTED = no_rows(
    "the build has counted the rows that lie in the raw tables",
    f"""select * from canonical.raw_ledger as counted
    inner join {DELIVERED} as delivered using (source_system, raw_table)
    where counted.entry = 'delivered' and counted.rows_count <> delivered.rows_count
        and exists (select 1 from {{batch}})""",
    advice="raw files have changed while the run was reading them, or the build reads others",
)

RAW_ARRIVES = no_rows(
    "raw, less what is set aside, is what the marts hold",
    "select * from {batch} where difference is null or difference <> 0",
    advice="its rows in the build database say which source and which measure differ",
)

NO_EVENT_TWICE = no_rows(
    "holds no more events than canonical web_events",
    """select * from (
        select
            (select sum(events_count) from {batch}) as found,
            (select count(*) from canonical.web_events) as expected
    ) as counts
    where found > expected""",
)

SUITES: dict[str, MartSuite] = {
    "marts.dim_people": MartSuite(
        columns="person_key previous_person_keys email_hash account_id account_match_method"
        " account_match_confidence"
        " lead_source"
        " self_reported_source first_touch_channel first_seen_at became_lead_at",
        fed_by=("people",),
        checks=(not_after_as_of("became_lead_at"),),
    ),
    "marts.dim_accounts": MartSuite(
        columns="account_id account_name industry size_band segment country is_customer"
        " first_won_at parent_account_id",
        fed_by=("accounts",),
    ),
    "marts.dim_channels": MartSuite(columns="channel", is_never_empty=True),
    "marts.dim_dates": MartSuite(columns="date_day", is_never_empty=True),
    "marts.fct_sessions": MartSuite(
        columns="session_id anonymous_id visitor_key person_key account_id channel source medium"
        " campaign"
        " landing_path started_at ended_at events_count identity_method",
        fed_by=("web_events",),
        checks=(between("events_count", 1, None), not_after_as_of("ended_at"), NO_EVENT_TWICE),
    ),
    "marts.fct_touchpoints": MartSuite(
        columns="touchpoint_id visitor_key person_key account_id touch_type channel campaign_id"
        " content_id"
        " session_id journey_stage is_marketing is_attributable is_hidden touched_at",
        fed_by=("web_events",),
        checks=(not_after_as_of("touched_at"),),
    ),
    "marts.fct_opportunities": MartSuite(
        columns="opportunity_id account_id opportunity_name account_name opportunity_type product_line"
        " stage amount is_closed is_won created_date closed_date"
        " created_at closed_at owner_id sales_cycle_days",
        fed_by=("opportunities",),
        checks=(EVERY_DEAL_ONCE, between("sales_cycle_days", 0, None)),
    ),
    "marts.fct_journeys": MartSuite(
        columns="journey_id visitor_key person_key account_id journey_number journey_type"
        " first_touch_channel"
        " visitor_at lead_at mql_at sal_at sql_at opportunity_at customer_at exit_type exited_at"
        " current_stage"
        " opportunity_id is_opportunity_primary won_amount is_out_of_order",
        fed_by=("people", "opportunities"),
        checks=(between("journey_number", 1, None),),
    ),
    "marts.rpt_funnel_conversion": MartSuite(
        columns="basis period_month from_stage to_stage channel segment window_days entered_count"
        " converted_count conversion_rate is_mature",
        fed_by=("opportunities",),
        checks=(between("entered_count", 0, None), between("converted_count", 0, None)),
    ),
    "marts.dim_campaigns": MartSuite(
        columns="campaign_id campaign_name platform campaign_type channel lifecycle_motion source_budget"
        " spend start_date end_date",
        fed_by=("campaigns",),
    ),
    "marts.dim_owners": MartSuite(
        columns="owner_id manager_id owner_name team is_active", fed_by=("owners",)
    ),
    "marts.dim_content": MartSuite(
        columns="content_id title url_path content_type journey_stage topic touches_count",
        fed_by=("content_items",),
        checks=(between("touches_count", 0, None),),
    ),
    "marts.fct_stage_transitions": MartSuite(
        columns="journey_id stage visit_number entered_at exited_at days_in_stage is_skip"
        " is_regression",
        fed_by=("people", "opportunities"),
        checks=(
            not_after_as_of("entered_at"),
            not_after_as_of("exited_at"),
            between("days_in_stage", 0, None),
            between("visit_number", 1, None),
        ),
    ),
    "marts.rpt_funnel_velocity": MartSuite(
        columns="period_month from_stage to_stage channel segment median_days p75_days mean_days"
        " incidence_median_days moved_count censored_count",
        fed_by=("opportunities",),
        checks=(between("median_days", 0, None), between("moved_count", 0, None)),
    ),
    "marts.rpt_funnel_by_team": MartSuite(
        columns="period_month from_stage to_stage team entered_count converted_count"
        " conversion_rate median_days is_mature",
        fed_by=("opportunities",),
        checks=(between("conversion_rate", 0, 1),),
    ),
    "marts.rpt_status_changes_without_effect": MartSuite(
        columns="person_key stage event_source reason event_number occurred_at"
    ),
    "marts.fct_lead_scores": MartSuite(
        columns="person_key scored_date fit_score engagement_score grade top_reason",
        fed_by=("people",),
        when_empty=WARNING,
        checks=(not_after_as_of("scored_date"),),
    ),
    "marts.rpt_lead_qualification_matrix": MartSuite(
        columns="period_month fit readiness people_count routed_to won_count won_amount",
        fed_by=("people",),
        when_empty=WARNING,
        checks=(between("people_count", 1, None),),
    ),
    "marts.rpt_score_calibration": MartSuite(
        columns="score_band score_type people_count win_rate lift",
        fed_by=("people",),
        when_empty=WARNING,
        checks=(between("win_rate", 0, 1),),
    ),
    "marts.fct_handoffs": MartSuite(
        columns="handoff_id journey_id owner_id team handed_off_at first_follow_up_at"
        " hours_to_follow_up attempts_14d is_sla_met breach_reason",
        fed_by=("people",),
        when_empty=WARNING,
        checks=(
            not_after_as_of("handed_off_at"),
            between("hours_to_follow_up", 0, None),
            between("attempts_14d", 0, None),
        ),
    ),
    "marts.rpt_handoff_dossier": MartSuite(
        columns="handoff_id journey_id touches_count content_titles last_touch_at score top_reason",
        fed_by=("people",),
        when_empty=WARNING,
        checks=(between("touches_count", 0, None),),
    ),
    "marts.rpt_sla_compliance": MartSuite(
        columns="period_month team segment metric target_value actual_value compliance_rate is_met",
        fed_by=("people",),
        when_empty=WARNING,
        checks=(between("compliance_rate", 0, None),),
    ),
    "marts.rpt_stalled_journeys": MartSuite(
        columns="journey_id stage days_in_stage threshold_days owner_id suggested_action",
        checks=(between("days_in_stage", 0, None),),
    ),
    "marts.rpt_recycle_yield": MartSuite(
        columns="period_month reason recycled_count reentered_count won_amount",
        checks=(between("recycled_count", 1, None), between("reentry_rate", 0, 1)),
    ),
    "marts.rpt_funnel_figures": MartSuite(
        # Figures of fewer than alert_minimum_count journeys are none: a small company may have no others.
        columns="period_month metric slice value",
        fed_by=("opportunities",),
        when_empty=WARNING,
    ),
    "marts.rpt_funnel_alerts": MartSuite(
        columns="period_month metric slice value trailing_median robust_z direction"
    ),
    "marts.fct_pipeline_snapshots": MartSuite(
        columns="snapshot_date opportunity_id stage amount close_date age_days",
        fed_by=("opportunities",),
        when_empty=WARNING,
        checks=(not_after_as_of("snapshot_date"), between("age_days", 0, None)),
    ),
    "marts.rpt_pipeline_movements": MartSuite(
        columns="period_month segment pipeline_scope start_amount created_amount reopened_amount"
        " pulled_in_amount increased_amount decreased_amount won_amount lost_amount"
        " pushed_out_amount end_amount",
        fed_by=("opportunities",),
    ),
    "marts.rpt_pipeline_metrics": MartSuite(
        columns="period_month segment created_count created_amount won_count won_amount lost_count"
        " lost_amount open_count open_amount win_rate win_rate_amount average_deal_size"
        " median_cycle_days pipeline_velocity",
        fed_by=("opportunities",),
        checks=(between("win_rate", 0, 1), between("median_cycle_days", 0, None)),
    ),
    "marts.rpt_pipeline_coverage": MartSuite(
        columns="period_quarter team segment target_amount won_amount open_amount coverage_ratio"
        " required_coverage_ratio is_attained",
        fed_by=("opportunities",),
        when_empty=WARNING,
        checks=(between("required_coverage_ratio", 0, None),),
    ),
    "marts.rpt_pipeline_generation": MartSuite(
        columns="period_month source team created_count created_amount target_amount"
        " attainment_rate",
        fed_by=("opportunities",),
        checks=(between("created_count", 0, None),),
    ),
    "marts.rpt_win_loss": MartSuite(
        columns="period_quarter outcome reason competitor channel segment opportunities_count"
        " amount",
        fed_by=("opportunities",),
        when_empty=WARNING,
        checks=(between("opportunities_count", 1, None),),
    ),
    "marts.fct_meetings": MartSuite(
        columns="meeting_id person_key account_id opportunity_id owner_id meeting_status booked_at"
        " scheduled_at held_at",
        fed_by=("sales_activities",),
        when_empty=WARNING,
        checks=(between("reschedules_count", 0, None),),
    ),
    "marts.rpt_meetings": MartSuite(
        columns="period_month owner_id channel booked_count held_count cancelled_count"
        " no_show_count held_rate",
        fed_by=("sales_activities",),
        when_empty=WARNING,
        checks=(between("held_rate", 0, 1),),
    ),
    "marts.rpt_content_performance": MartSuite(
        columns="content_id journey_stage touches_count people_count opportunities_count"
        " influenced_won_amount conversion_lift",
        fed_by=("content_items",),
        when_empty=WARNING,
        checks=(between("touches_count", 1, None),),
    ),
    "marts.rpt_engagement": MartSuite(
        columns="period_month channel sessions_count visitors_count emails_sent_count"
        " emails_delivered_count emails_opened_count emails_clicked_count emails_unsubscribed_count"
        " emails_bounced_count",
        fed_by=("web_events", "email_events"),
        checks=(between("sessions_count", 0, None), between("emails_sent_count", 0, None)),
    ),
    "marts.rpt_account_engagement": MartSuite(
        columns="account_id company_domain period_month sessions_count people_count"
        " company_visits_count intent_score intent_band icp_fit",
        fed_by=("web_events",),
        when_empty=WARNING,
        checks=(between("sessions_count", 0, None), between("intent_score", 0, None)),
    ),
    "marts.fct_conversions": MartSuite(
        columns="conversion_id conversion_type person_key account_id opportunity_id order_id"
        " conversion_value"
        " touches_count converted_date converted_at",
        fed_by=("opportunities",),
        checks=(not_after_as_of("converted_at"), between("touches_count", 0, None)),
    ),
    "marts.fct_attribution_credits": MartSuite(
        columns="credit_id conversion_id touchpoint_id model channel campaign_id credit_share"
        " credited_value"
        " position touches_count touched_date converted_date",
        fed_by=("opportunities",),
        checks=(between("credit_share", 0, 1), CREDITED_IS_CONVERTED),
    ),
    "marts.rpt_channel_performance": MartSuite(
        columns="period_month channel model conversion_type basis credited_conversions"
        " credited_value spend"
        " roas mroi cost_per_conversion",
        fed_by=("opportunities", "ad_spend"),
        checks=(between("credited_conversions", 0, None),),
    ),
    "marts.rpt_campaign_performance": MartSuite(
        columns="period_month campaign_id spend_type model conversion_type basis"
        " campaign_name credited_conversions credited_value spend roas mroi cost_per_conversion",
        fed_by=("opportunities", "ad_spend"),
        checks=(between("credited_conversions", 0, None),),
    ),
    "marts.rpt_ad_performance": MartSuite(
        columns="platform campaign_id campaign_name impressions clicks sessions_count leads_count spend"
        " ctr cpc cpm tracked_share cost_per_lead is_poorly_tracked period_month",
        fed_by=("ad_spend",),
        checks=(between("sessions_count", 0, None), between("leads_count", 0, None)),
    ),
    "marts.fct_spend": MartSuite(
        columns="campaign_id campaign_name channel spend_type impressions clicks spend spend_date",
        fed_by=("ad_spend",),
    ),
    "marts.rpt_attribution_model_comparison": MartSuite(
        columns="channel conversion_type model credited_conversions credited_value credited_share"
        " spread_share",
        fed_by=("opportunities",),
        checks=(between("credited_share", 0, 1), between("spread_share", 0, 1)),
    ),
    "marts.rpt_channel_effects": MartSuite(
        columns="channel conversion_type model removal_effect effect_share classical_conversions"
        " classical_value low high rank_stability",
        fed_by=("opportunities",),
        checks=(between("effect_share", 0, 1), between("rank_stability", 0, 1)),
    ),
    "marts.rpt_marketing_contribution": MartSuite(
        columns="period_month won_amount sourced_amount influenced_amount not_influenced_amount"
        " marketing_spend influenced_mroi sales_cost sales_roi",
        fed_by=("ad_spend",),
    ),
    "marts.rpt_budget_allocation": MartSuite(
        columns="period_quarter channel model spend_share credited_value_share marginal_return",
        fed_by=("ad_spend",),
    ),
    "marts.fct_revenue_by_month": MartSuite(
        columns="customer_id account_id person_id product_line period_month recurring_amount"
        " one_off_amount"
        " refunded_amount net_amount gross_margin_amount",
        fed_by=("revenue_lines",),
    ),
    "marts.fct_mrr_movements": MartSuite(
        columns="customer_id account_id period_month start_mrr new_mrr reactivation_mrr"
        " expansion_mrr"
        " contraction_mrr churn_mrr end_mrr",
        fed_by=("subscriptions",),
        when_empty=WARNING,
        checks=(not_after_as_of("period_month"), between("end_mrr", 0, None, WARNING)),
    ),
    "marts.rpt_retention_cohorts": MartSuite(
        columns="cohort_month months_since acquisition_channel customers_count"
        " retained_customers_count"
        " logo_retention revenue_retention is_mature",
        fed_by=("subscriptions",),
        when_empty=WARNING,
        checks=(between("logo_retention", 0, 1), between("months_since", 0, None)),
    ),
    "operations.rpt_rejected_rows": MartSuite(
        columns="source_system rejection_reason what_to_do rows_count",
        checks=(between("rows_count", 1, None),),
    ),
    "operations.rpt_source_reconciliation": MartSuite(
        columns="source_system measure raw_value mart_value set_aside_value difference",
        fed_by=("accounts", "opportunities", "revenue_lines", "ad_spend", "web_events"),
        checks=(RAW_IS_COUNTED, RAW_ARRIVES),
    ),
    "marts.rpt_mrr_bridge": MartSuite(
        columns="period_month segment start_mrr new_mrr reactivation_mrr expansion_mrr"
        " contraction_mrr churn_mrr end_mrr customers_start customers_new customers_reactivated"
        " customers_churned customers_end gross_churn_rate net_churn_rate nrr grr quick_ratio arpa"
        " expansion_growth_rate",
        fed_by=("subscriptions",),
        when_empty=WARNING,
        checks=(not_after_as_of("period_month"), between("grr", 0, 1), between("arpa", 0, None)),
    ),
    "marts.rpt_customer_survival": MartSuite(
        columns="segment tenure_months at_risk_count churned_count churn_rate survival_rate",
        fed_by=("subscriptions",),
        when_empty=WARNING,
        checks=(between("churn_rate", 0, 1), between("survival_rate", 0, 1)),
    ),
    "marts.rpt_repeat_purchase": MartSuite(
        columns="cohort_month customers_count repeat_rate median_days_between",
        checks=(between("repeat_rate", 0, 1), between("median_days_between", 1, None)),
    ),
    "marts.fct_customer_value": MartSuite(
        columns="customer_id account_id person_id acquisition_channel first_revenue_at"
        " revenue_to_date margin_to_date orders_count is_contractual probability_alive"
        " expected_purchases clv clv_method",
        fed_by=("revenue_lines", "subscriptions"),
        when_empty=WARNING,
        checks=(between("probability_alive", 0, 1), between("clv", 0, None, WARNING)),
    ),
    "marts.rpt_unit_economics": MartSuite(
        columns="cohort_month acquisition_channel cac_basis new_customers_count acquisition_spend"
        " cac clv clv_to_cac payback_months",
        fed_by=("ad_spend",),
        checks=(between("new_customers_count", 0, None), between("payback_months", 0, None)),
    ),
    "marts.rpt_clv_parameters": MartSuite(
        columns="model parameter estimate standard_error log_likelihood customers_count"
        " fitted_until",
        is_never_empty=True,
        checks=(between("estimate", 0, None),),
    ),
    "marts.rpt_clv_backtest": MartSuite(
        columns="method decile predicted actual error mae rmse rank_correlation",
        checks=(between("rmse", 0, None), between("rank_correlation", -1, 1)),
    ),
}


def suite(name: str, fed: set[str]) -> list[Check]:
    """All that is expected of a mart, given the canonical entities that have rows."""
    expected = SUITES.get(name, MartSuite(columns=""))
    checks = [has_columns(expected.columns.split())] if expected.columns else []
    feeding = sorted(fed & set(expected.fed_by))
    if expected.is_never_empty or feeding:
        why = f"it is fed by {', '.join(feeding)}, which has rows" if feeding else ""
        checks.append(has_rows(expected.when_empty, why))
    return [*checks, *expected.checks]

"""
Border 2, marts: what must hold before readers see them.

dbt has checked columns, keys, accepted values, relations and most identities by now, and a fact is
asserted once. These suites check the whole: marts whose inputs have rows are not empty and lost
nothing on the way, values are in their range, nothing is dated after the run's day, and the totals
are those of the raw tables.
"""

from dataclasses import dataclass

from pipeline.quality.checks import Check, between, has_rows, no_row_where, no_rows
from pipeline.records.history import ERROR, WARNING

AS_OF_END = "(select max(as_of_end_at) from canonical.as_of)"
# What the audit counts itself in the raw tables, beside the marts (source_system, raw_table,
# rows_count).
DELIVERED = "audit.raw_rows_delivered"


@dataclass(frozen=True)
class MartSuite:
    """
    What is expected of one mart: the canonical entities whose rows must lead to rows here (or to a
    warning, where no rows may be right), and more.
    """

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
    "marts.dim_people": MartSuite(fed_by=("people",), checks=(not_after_as_of("became_lead_at"),)),
    "marts.dim_accounts": MartSuite(fed_by=("accounts",)),
    "marts.dim_channels": MartSuite(is_never_empty=True),
    "marts.dim_dates": MartSuite(is_never_empty=True),
    "marts.fct_sessions": MartSuite(
        fed_by=("web_events",),
        checks=(between("events_count", 1, None), not_after_as_of("ended_at"), NO_EVENT_TWICE),
    ),
    "marts.fct_touchpoints": MartSuite(
        fed_by=("web_events",), checks=(not_after_as_of("touched_at"),)
    ),
    "marts.fct_opportunities": MartSuite(
        fed_by=("opportunities",), checks=(EVERY_DEAL_ONCE, between("sales_cycle_days", 0, None))
    ),
    "marts.fct_journeys": MartSuite(
        fed_by=("people", "opportunities"), checks=(between("journey_number", 1, None),)
    ),
    "marts.rpt_funnel_conversion": MartSuite(
        fed_by=("opportunities",),
        checks=(between("entered_count", 0, None), between("converted_count", 0, None)),
    ),
    "marts.dim_campaigns": MartSuite(fed_by=("campaigns",)),
    "marts.dim_owners": MartSuite(fed_by=("owners",)),
    "marts.dim_content": MartSuite(
        fed_by=("content_items",), checks=(between("touches_count", 0, None),)
    ),
    "marts.fct_stage_transitions": MartSuite(
        fed_by=("people", "opportunities"),
        checks=(
            not_after_as_of("entered_at"),
            not_after_as_of("exited_at"),
            between("days_in_stage", 0, None),
            between("visit_number", 1, None),
        ),
    ),
    "marts.rpt_funnel_velocity": MartSuite(
        fed_by=("opportunities",),
        checks=(between("median_days", 0, None), between("moved_count", 0, None)),
    ),
    "marts.rpt_funnel_by_team": MartSuite(
        fed_by=("opportunities",), checks=(between("conversion_rate", 0, 1),)
    ),
    "marts.rpt_status_changes_without_effect": MartSuite(),
    "marts.fct_lead_scores": MartSuite(
        fed_by=("people",), when_empty=WARNING, checks=(not_after_as_of("scored_date"),)
    ),
    "marts.rpt_lead_qualification_matrix": MartSuite(
        fed_by=("people",), when_empty=WARNING, checks=(between("people_count", 1, None),)
    ),
    "marts.rpt_score_calibration": MartSuite(
        fed_by=("people",), when_empty=WARNING, checks=(between("win_rate", 0, 1),)
    ),
    "marts.fct_handoffs": MartSuite(
        fed_by=("people",),
        when_empty=WARNING,
        checks=(
            not_after_as_of("handed_off_at"),
            between("hours_to_follow_up", 0, None),
            between("attempts_14d", 0, None),
        ),
    ),
    "marts.rpt_handoff_dossier": MartSuite(
        fed_by=("people",), when_empty=WARNING, checks=(between("touches_count", 0, None),)
    ),
    "marts.rpt_sla_compliance": MartSuite(
        fed_by=("people",), when_empty=WARNING, checks=(between("compliance_rate", 0, None),)
    ),
    "marts.rpt_stalled_journeys": MartSuite(checks=(between("days_in_stage", 0, None),)),
    "marts.rpt_recycle_yield": MartSuite(
        checks=(between("recycled_count", 1, None), between("reentry_rate", 0, 1))
    ),
    "marts.rpt_funnel_figures": MartSuite(
        # Figures of fewer than alert_minimum_count journeys are none: a small company may have no others.
        fed_by=("opportunities",),
        when_empty=WARNING,
    ),
    "marts.rpt_funnel_alerts": MartSuite(),
    "marts.fct_pipeline_snapshots": MartSuite(
        fed_by=("opportunities",),
        when_empty=WARNING,
        checks=(not_after_as_of("snapshot_date"), between("age_days", 0, None)),
    ),
    "marts.rpt_pipeline_movements": MartSuite(fed_by=("opportunities",)),
    "marts.rpt_pipeline_metrics": MartSuite(
        fed_by=("opportunities",),
        checks=(between("win_rate", 0, 1), between("median_cycle_days", 0, None)),
    ),
    "marts.rpt_pipeline_coverage": MartSuite(
        fed_by=("opportunities",),
        when_empty=WARNING,
        checks=(between("required_coverage_ratio", 0, None),),
    ),
    "marts.rpt_pipeline_generation": MartSuite(
        fed_by=("opportunities",), checks=(between("created_count", 0, None),)
    ),
    "marts.rpt_win_loss": MartSuite(
        fed_by=("opportunities",),
        when_empty=WARNING,
        checks=(between("opportunities_count", 1, None),),
    ),
    "marts.fct_meetings": MartSuite(
        fed_by=("sales_activities",),
        when_empty=WARNING,
        checks=(between("reschedules_count", 0, None),),
    ),
    "marts.rpt_meetings": MartSuite(
        fed_by=("sales_activities",), when_empty=WARNING, checks=(between("held_rate", 0, 1),)
    ),
    "marts.rpt_content_performance": MartSuite(
        fed_by=("content_items",), when_empty=WARNING, checks=(between("touches_count", 1, None),)
    ),
    "marts.rpt_engagement": MartSuite(
        fed_by=("web_events", "email_events"),
        checks=(between("sessions_count", 0, None), between("emails_sent_count", 0, None)),
    ),
    "marts.rpt_account_engagement": MartSuite(
        fed_by=("web_events",),
        when_empty=WARNING,
        checks=(between("sessions_count", 0, None), between("intent_score", 0, None)),
    ),
    "marts.fct_conversions": MartSuite(
        fed_by=("opportunities",),
        checks=(not_after_as_of("converted_at"), between("touches_count", 0, None)),
    ),
    "marts.fct_attribution_credits": MartSuite(
        fed_by=("opportunities",), checks=(between("credit_share", 0, 1), CREDITED_IS_CONVERTED)
    ),
    "marts.rpt_channel_performance": MartSuite(
        fed_by=("opportunities", "ad_spend"), checks=(between("credited_conversions", 0, None),)
    ),
    "marts.rpt_campaign_performance": MartSuite(
        fed_by=("opportunities", "ad_spend"), checks=(between("credited_conversions", 0, None),)
    ),
    "marts.rpt_ad_performance": MartSuite(
        fed_by=("ad_spend",),
        checks=(between("sessions_count", 0, None), between("leads_count", 0, None)),
    ),
    "marts.fct_spend": MartSuite(fed_by=("ad_spend",)),
    "marts.rpt_attribution_model_comparison": MartSuite(
        fed_by=("opportunities",),
        checks=(between("credited_share", 0, 1), between("spread_share", 0, 1)),
    ),
    "marts.rpt_channel_effects": MartSuite(
        fed_by=("opportunities",),
        checks=(between("effect_share", 0, 1), between("rank_stability", 0, 1)),
    ),
    "marts.rpt_channel_roles": MartSuite(
        fed_by=("opportunities",), checks=(between("touches_count", 0, None),)
    ),
    "marts.rpt_keyword_performance": MartSuite(
        fed_by=("opportunities",), checks=(between("sessions_count", 0, None),)
    ),
    "marts.rpt_advance_moments": MartSuite(checks=(between("advances_count", 1, None),)),
    "marts.rpt_content_coverage": MartSuite(
        fed_by=("content_items",), when_empty=WARNING, checks=(between("items_count", 0, None),)
    ),
    "marts.rpt_marketing_contribution": MartSuite(fed_by=("ad_spend",)),
    "marts.rpt_budget_allocation": MartSuite(fed_by=("ad_spend",)),
    "marts.fct_revenue_by_month": MartSuite(fed_by=("revenue_lines",)),
    "marts.fct_mrr_movements": MartSuite(
        fed_by=("subscriptions",),
        when_empty=WARNING,
        checks=(not_after_as_of("period_month"), between("end_mrr", 0, None, WARNING)),
    ),
    "marts.rpt_retention_cohorts": MartSuite(
        fed_by=("subscriptions",),
        when_empty=WARNING,
        checks=(between("logo_retention", 0, 1), between("months_since", 0, None)),
    ),
    "operations.rpt_rejected_rows": MartSuite(checks=(between("rows_count", 1, None),)),
    "operations.rpt_source_reconciliation": MartSuite(
        fed_by=("accounts", "opportunities", "revenue_lines", "ad_spend", "web_events"),
        checks=(RAW_IS_COUNTED, RAW_ARRIVES),
    ),
    "marts.rpt_mrr_bridge": MartSuite(
        fed_by=("subscriptions",),
        when_empty=WARNING,
        checks=(not_after_as_of("period_month"), between("grr", 0, 1), between("arpa", 0, None)),
    ),
    "marts.rpt_customer_survival": MartSuite(
        fed_by=("subscriptions",),
        when_empty=WARNING,
        checks=(between("churn_rate", 0, 1), between("survival_rate", 0, 1)),
    ),
    "marts.rpt_repeat_purchase": MartSuite(
        checks=(between("repeat_rate", 0, 1), between("median_days_between", 1, None))
    ),
    "marts.fct_customer_value": MartSuite(
        fed_by=("revenue_lines", "subscriptions"),
        when_empty=WARNING,
        checks=(between("probability_alive", 0, 1), between("clv", 0, None, WARNING)),
    ),
    "marts.rpt_unit_economics": MartSuite(
        fed_by=("ad_spend",),
        checks=(between("new_customers_count", 0, None), between("payback_months", 0, None)),
    ),
    "marts.rpt_clv_parameters": MartSuite(
        is_never_empty=True, checks=(between("estimate", 0, None),)
    ),
    "marts.rpt_clv_backtest": MartSuite(
        checks=(between("rmse", 0, None), between("rank_correlation", -1, 1))
    ),
}


def suite(name: str, fed: set[str]) -> list[Check]:
    """All that is expected of a mart, given the canonical entities that have rows."""
    expected = SUITES.get(name, MartSuite())
    checks = []
    feeding = sorted(fed & set(expected.fed_by))
    if expected.is_never_empty or feeding:
        why = f"it is fed by {', '.join(feeding)}, which has rows" if feeding else ""
        checks.append(has_rows(expected.when_empty, why))
    return [*checks, *expected.checks]

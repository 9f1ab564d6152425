"""
The expectations on the marts, before readers see them. dbt has tested columns, keys, relations, ranges and most identities
by now. These suites compare the marts with what went in: nothing is empty that should not be, nothing was lost on the way,
nothing is dated after the run's day, and no text holds an email address.
"""

from pipeline.quality.expectations import SQL, Expectation, finds_no_rows, has_rows
from pipeline.records.history import ERROR, WARNING

# What the audit itself has counted in the raw tables, and in the marts.
DELIVERED, MARTS = "audit.raw_rows_delivered", "audit.marts"
# The marts that have rows if a canonical entity has some.
FEEDS = {
    "accounts": "dim_accounts rpt_source_reconciliation",
    "ad_spend": (
        "fct_spend rpt_ad_performance rpt_budget_allocation rpt_campaign_performance "
        "rpt_channel_performance rpt_marketing_contribution rpt_source_reconciliation "
        "rpt_unit_economics"
    ),
    "campaigns": "dim_campaigns",
    "content_items": "dim_content",
    "email_events": "rpt_email_performance rpt_engagement",
    "opportunities": (
        "fct_attribution_credits fct_conversions fct_journeys fct_opportunities "
        "fct_stage_transitions rpt_attribution_model_comparison rpt_campaign_performance "
        "rpt_channel_effects rpt_channel_performance rpt_channel_roles rpt_funnel_by_team "
        "rpt_funnel_conversion rpt_funnel_velocity rpt_keyword_performance rpt_monthly_summary "
        "rpt_pipeline_generation rpt_pipeline_metrics rpt_pipeline_movements rpt_qualification "
        "rpt_revenue_scorecard rpt_source_reconciliation"
    ),
    "owners": "dim_owners",
    "people": "dim_people fct_journeys fct_stage_transitions",
    "revenue_lines": "fct_revenue_by_month rpt_source_reconciliation",
    "web_events": (
        "fct_sessions fct_touchpoints rpt_engagement rpt_monthly_summary rpt_revenue_scorecard "
        "rpt_source_reconciliation"
    ),
}
# The same, but a small company may rightly have none: a warning.
OFTEN_FEEDS = {
    "content_items": "rpt_content_coverage rpt_content_performance",
    "opportunities": (
        "fct_open_pipeline fct_opportunity_stages fct_pipeline_snapshots rpt_funnel_figures "
        "rpt_funnel_sensitivity rpt_funnel_slices rpt_opportunity_stages rpt_pipeline_coverage "
        "rpt_pipeline_slices rpt_revenue_forecast rpt_revenue_outlook rpt_stage_probabilities "
        "rpt_win_loss"
    ),
    "people": (
        "fct_handoffs fct_lead_scores rpt_handoff_dossier rpt_lead_qualification_matrix "
        "rpt_lead_quality rpt_score_calibration rpt_sla_compliance"
    ),
    "revenue_lines": "fct_customer_value",
    "sales_activities": "fct_meetings rpt_meetings",
    "subscriptions": (
        "fct_customer_value fct_mrr_movements rpt_customer_survival rpt_mrr_bridge "
        "rpt_retention_cohorts"
    ),
    "web_events": "rpt_account_engagement",
}
NEVER_EMPTY = (
    "dim_channels",
    "dim_dates",
    "rpt_clv_parameters",
    "rpt_maturity_indicators",
    "rpt_response_parameters",
)
# Columns of facts, which are not dated after the run's day.
DATED = {
    "dim_people": ("became_lead_at",),
    "fct_conversions": ("converted_at",),
    "fct_handoffs": ("handed_off_at",),
    "fct_lead_feedback": ("given_at",),
    "fct_lead_scores": ("scored_date",),
    "fct_mrr_movements": ("period_month",),
    "fct_nurture_spells": ("entered_at", "ended_at"),
    "fct_opportunity_stages": ("entered_at", "exited_at"),
    "fct_pipeline_snapshots": ("snapshot_date",),
    "fct_sessions": ("ended_at",),
    "fct_stage_transitions": ("entered_at", "exited_at"),
    "fct_touchpoints": ("touched_at",),
    "rpt_mrr_bridge": ("period_month",),
}


def not_after_as_of(column: str) -> Expectation:
    """No fact is dated after the day up to which facts count."""
    return finds_no_rows(
        f"{column} is not after the run's day",
        f"""
        select '{column} is after the run''s day in ' || count(*) || ' rows' as finding
        from {{batch}} where {column} >= (select as_of_end_at from canonical.as_of)
        having count(*) > 0""",
    )


def every_opportunity_once() -> Expectation:
    """Opportunities are neither lost nor doubled."""
    return finds_no_rows(
        "has as many rows as there are opportunities, without those merged into others",
        """
        select 'has ' || found || ' rows for ' || expected || ' opportunities' as finding
        from (
            select (select count(*) from {batch}) as found, count(*) as expected
            from canonical.opportunities
            where opportunity_id not in (
                select merged_id from canonical.record_merges
                where record_type = 'opportunity' and merged_id <> survivor_id
            )
        ) as counts
        where found <> expected""",
    )


def credited_is_converted() -> Expectation:
    """Every model credits the value that was converted, to the cent."""
    return finds_no_rows(
        "every model credits exactly what was converted, per conversion type",
        (SQL / "credited_is_converted.sql").read_text(encoding="utf-8"),
        advice="a conversion without a path needs a row of its own in fct_attribution_credits",
    )


def no_event_twice() -> Expectation:
    """Sessions hold each event once at most."""
    return finds_no_rows(
        "holds no more events than were delivered",
        """
        select 'holds ' || found || ' events of ' || expected as finding
        from (
            select (select sum(events_count) from {batch}) as found, count(*) as expected
            from canonical.web_events
        ) as counts
        where found > expected""",
    )


def raw_arrives() -> Expectation:
    """Every raw row and amount is in a mart or was set aside."""
    return finds_no_rows(
        "raw rows and amounts are in the marts, except for those set aside",
        """
        select source_system || ': ' || measure || ' differs by ' || coalesce(cast(difference as string), 'an unknown amount')
            as finding
        from {batch} where difference is null or difference <> 0""",
        advice="its rows in the build database show the totals on both sides",
    )


def raw_is_counted() -> Expectation:
    """The build has read the raw rows that the audit counts."""
    return finds_no_rows(
        "the build has counted all rows of the raw tables",
        """
        select source_system || '.' || raw_table || ' has ' || delivered.rows_count || ' rows; the build has counted '
            || counted.rows_count as finding
        from {batch} as delivered
        inner join canonical.raw_ledger as counted using (source_system, raw_table)
        where counted.entry = 'delivered' and counted.rows_count <> delivered.rows_count""",
        advice="raw files changed during the run, or the build reads others",
    )


def of_the_day(as_of: str) -> Expectation:
    """The marts are those of the run's day."""
    return finds_no_rows(
        "the marts are those of the run's day",
        f"""
        select 'the marts are those of ' || as_of_date || '; the run is for {as_of}' as finding
        from {{batch}} where as_of_date <> date '{as_of}'""",
    )


OWN = {
    "fct_attribution_credits": credited_is_converted,
    "fct_opportunities": every_opportunity_once,
    "fct_sessions": no_event_twice,
    "rpt_source_reconciliation": raw_arrives,
}


def all_marts() -> list[Expectation]:
    """What holds for every mart (audit.marts)."""
    return [
        finds_no_rows(
            "no text holds an email address",
            """
            select table_name, emails_count || ' rows hold an email address in ' || text_columns as finding
            from {batch} where emails_count > 0""",
            advice="remove the address from the column before the mart, or hash it",
        ),
        finds_no_rows(
            "no mart has lost half of its rows since the published version",
            """
            select table_name, 'has ' || rows_count || ' rows, ' || published_count
                || ' in the published version' as finding
            from {batch} where rows_count < 0.5 * published_count""",
            WARNING,
            "check whether this is intended; `rollback` brings the version back",
        ),
    ]


def suite(mart: str, fed: set[str]) -> list[Expectation]:
    """The expectations on a mart (schema.name), given the canonical entities that have rows."""
    name, found = mart.split(".")[1], []
    for feeds, severity in ((FEEDS, ERROR), (OFTEN_FEEDS, WARNING)):
        feeding = sorted(entity for entity in fed if name in feeds.get(entity, "").split())
        if feeding:
            found.append(
                has_rows(severity, f"{', '.join(feeding)} has rows, which lead to rows here")
            )
    if name in NEVER_EMPTY:
        found.append(has_rows())
    found += [not_after_as_of(column) for column in DATED.get(name, ())]
    return [*found, OWN[name]()] if name in OWN else found

"""
Border 2, marts: what must hold before readers see them.

dbt has asserted keys, accepted values, relations and most identities by now, and a fact is asserted
once. This border looks at the whole: the columns that readers rely on are there, marts that were
fed are not empty and lost nothing on the way, values are in their range, nothing is dated after the
run's day, and the totals are those of the raw tables as they lie.
"""

from dataclasses import dataclass

from pipeline.checks import ERROR, WARNING, Check, between, has_columns, has_rows, no_rows

AS_OF_END = "(select max(as_of_date) + interval 1 day from canonical.as_of)"
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
    return no_rows(
        f"{column} is not after the run's day",
        f"select {column} from {{batch}} where {column} >= {AS_OF_END}",
    )


def as_many_as(entity: str) -> Check:
    """One row per row of a canonical entity: none lost, none doubled."""
    return no_rows(
        f"has as many rows as canonical {entity}",
        f"""select * from (
            select
                (select count(*) from {{batch}}) as found,
                (select count(*) from canonical.{entity}) as expected
        ) as counts
        where found <> expected""",
    )


CREDITED_IS_CONVERTED = no_rows(
    "every model credits exactly what was converted, per conversion type",
    """select * from (
        select
            models.model, converted.conversion_type, converted.total,
            sum(credits.credited_value) as credited
        from (select distinct model from {batch}) as models
        cross join (
            select conversion_type, sum(conversion_value) as total
            from marts.fct_conversions group by conversion_type
        ) as converted
        left join (
            select rows_of_credit.model, conversions.conversion_type, rows_of_credit.credited_value
            from {batch} as rows_of_credit
            inner join marts.fct_conversions as conversions using (conversion_id)
        ) as credits
            on credits.model = models.model and credits.conversion_type = converted.conversion_type
        group by models.model, converted.conversion_type, converted.total
    ) as sums
    where coalesce(credited, 0) <> coalesce(total, 0)""",
    advice="a conversion without a path must have a row of its own in fct_attribution_credits",
)

RAW_IS_COUNTED = no_rows(
    "the build has counted the rows that lie in the raw tables",
    f"""select * from canonical.raw_totals as counted
    inner join {DELIVERED} as delivered using (source_system, raw_table)
    where counted.rows_count <> delivered.rows_count and exists (select 1 from {{batch}})""",
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
        columns="account_id industry size_band segment country is_customer first_won_at"
        " parent_account_id",
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
        columns="opportunity_id account_id opportunity_type product_line stage amount is_closed"
        " is_won"
        " created_at closed_at owner_id sales_cycle_days",
        fed_by=("opportunities",),
        checks=(as_many_as("opportunities"), between("sales_cycle_days", 0, None)),
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
    "marts.fct_conversions": MartSuite(
        columns="conversion_id conversion_type person_key account_id opportunity_id order_id"
        " conversion_value"
        " touches_count converted_at",
        fed_by=("opportunities",),
        checks=(not_after_as_of("converted_at"), between("touches_count", 0, None)),
    ),
    "marts.fct_attribution_credits": MartSuite(
        columns="credit_id conversion_id touchpoint_id model channel campaign_id credit_share"
        " credited_value"
        " position touches_count",
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

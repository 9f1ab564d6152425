"""
Border 2, marts: what must hold before readers see them.

dbt has asserted keys, relations and contracts by now, and a fact is asserted once. This border looks at the whole: the
columns that readers rely on are there, tables that were fed are not empty and lost nothing on the way, values are in
their range, nothing is dated after the run's day, and the sums of one mart are the sums of another.
"""

from dataclasses import dataclass, field

from pipeline.checks import Check, between, has_columns, has_rows, no_rows, one_of

CENT = "0.005"
AS_OF_END = "(select max(as_of_date) + interval 1 day from canonical.as_of)"
MODEL_ADVICE = "Compare the two marts for one model and month; a conversion without a path must have its own row."


@dataclass(frozen=True)
class MartSuite:
    """What is expected of one mart, and the canonical entities any of whose rows must lead to rows here."""

    columns: tuple[str, ...]
    fed_by: tuple[str, ...] = ()
    is_never_empty: bool = False
    checks: tuple[Check, ...] = field(default=())


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
        f"select * from (select (select count(*) from {{batch}}) as found,"
        f" (select count(*) from canonical.{entity}) as expected) as counts where found <> expected",
    )


def share(column: str) -> Check:
    """A fraction."""
    return between(column, 0, 1)


SUITES: dict[str, MartSuite] = {
    "marts.dim_people": MartSuite(
        columns=(
            "person_key",
            "previous_person_keys",
            "email_hash",
            "account_id",
            "lead_source",
            "became_lead_at",
        ),
        fed_by=("people",),
        checks=(not_after_as_of("became_lead_at"),),
    ),
    "marts.dim_accounts": MartSuite(
        columns=(
            "account_id",
            "industry",
            "segment",
            "country",
            "is_customer",
            "parent_account_id",
        ),
        fed_by=("accounts",),
    ),
    "marts.dim_channels": MartSuite(columns=("channel",), is_never_empty=True),
    "marts.dim_dates": MartSuite(columns=("date_day",), is_never_empty=True),
    "marts.fct_sessions": MartSuite(
        columns=(
            *(
                "session_id",
                "anonymous_id",
                "visitor_key",
                "person_key",
                "account_id",
                "channel",
                "source",
            ),
            *(
                "medium",
                "campaign",
                "landing_path",
                "started_at",
                "ended_at",
                "events_count",
                "identity_method",
            ),
        ),
        fed_by=("web_events",),
        checks=(
            between("events_count", 1, None),
            not_after_as_of("ended_at"),
            no_rows(
                "holds no more events than canonical web_events",
                "select * from (select (select sum(events_count) from {batch}) as found,"
                " (select count(*) from canonical.web_events) as expected) as counts where found > expected",
            ),
        ),
    ),
    "marts.fct_touchpoints": MartSuite(
        columns=(
            *(
                "touchpoint_id",
                "visitor_key",
                "person_key",
                "account_id",
                "touch_type",
                "channel",
                "campaign_id",
            ),
            *("session_id", "is_marketing", "is_attributable", "is_hidden", "touched_at"),
        ),
        fed_by=("web_events",),
        checks=(not_after_as_of("touched_at"),),
    ),
    "marts.fct_opportunities": MartSuite(
        columns=(
            *(
                "opportunity_id",
                "account_id",
                "opportunity_type",
                "product_line",
                "stage",
                "amount",
                "is_closed",
            ),
            *("is_won", "created_at", "closed_at", "owner_id", "sales_cycle_days"),
        ),
        fed_by=("opportunities",),
        checks=(
            as_many_as("opportunities"),
            no_rows(
                "a won deal is closed",
                "select opportunity_id from {batch} where is_won and not is_closed",
            ),
            between("sales_cycle_days", 0, None),
        ),
    ),
    "marts.fct_journeys": MartSuite(
        columns=(
            *(
                "journey_id",
                "visitor_key",
                "person_key",
                "account_id",
                "journey_number",
                "journey_type",
            ),
            *(
                "visitor_at",
                "lead_at",
                "mql_at",
                "sal_at",
                "sql_at",
                "opportunity_at",
                "customer_at",
                "exit_type",
            ),
            *(
                "exited_at",
                "current_stage",
                "opportunity_id",
                "is_opportunity_primary",
                "won_amount",
            ),
        ),
        fed_by=("people", "opportunities"),
        checks=(
            between("journey_number", 1, None),
            no_rows(
                "the won amount of a deal stands once, at its primary journey",
                "select opportunity_id from {batch} where opportunity_id is not null group by opportunity_id"
                " having count(*) filter (where is_opportunity_primary) > 1"
                " or count(*) filter (where won_amount <> 0 and not is_opportunity_primary) > 0",
            ),
        ),
    ),
    "marts.rpt_funnel_conversion": MartSuite(
        columns=(
            *(
                "basis",
                "period_month",
                "from_stage",
                "to_stage",
                "channel",
                "segment",
                "window_days",
            ),
            *("entered_count", "converted_count", "conversion_rate", "is_mature"),
        ),
        fed_by=("people", "opportunities"),
        checks=(
            one_of("basis", ("cohort", "period")),
            between("entered_count", 0, None),
            between("converted_count", 0, None),
            no_rows(
                "no cohort converts more than entered it",
                "select from_stage from {batch} where basis = 'cohort' and converted_count > entered_count",
            ),
        ),
    ),
    "marts.fct_conversions": MartSuite(
        columns=(
            *(
                "conversion_id",
                "conversion_type",
                "person_key",
                "account_id",
                "opportunity_id",
                "order_id",
            ),
            *("conversion_value", "touches_count", "converted_at"),
        ),
        fed_by=("opportunities",),
        checks=(
            one_of("conversion_type", ("lead", "mql", "opportunity", "won", "order")),
            not_after_as_of("converted_at"),
            no_rows(
                "won conversions carry the won amount of fct_opportunities",
                "select * from (select (select coalesce(sum(conversion_value), 0) from {batch}"
                " where conversion_type = 'won') as found, (select coalesce(sum(amount), 0)"
                " from marts.fct_opportunities where is_won) as expected) as sums"
                f" where abs(found - expected) > {CENT}",
            ),
        ),
    ),
    "marts.fct_attribution_credits": MartSuite(
        columns=(
            *(
                "credit_id",
                "conversion_id",
                "touchpoint_id",
                "model",
                "channel",
                "campaign_id",
                "credit_share",
            ),
            *("credited_value", "position", "touches_count"),
        ),
        fed_by=("opportunities",),
        checks=(
            share("credit_share"),
            no_rows(
                "every model credits exactly what was converted, per conversion type",
                "select * from (select models.model, converted.conversion_type, converted.conversion_value,"
                " coalesce(credited.credited_value, 0) as credited_value from (select distinct model from {batch})"
                " as models cross join (select conversion_type, sum(conversion_value) as conversion_value"
                " from marts.fct_conversions group by conversion_type) as converted left join (select model,"
                " conversion_type, sum(credited_value) as credited_value from {batch} as credits"
                " inner join marts.fct_conversions using (conversion_id) group by model, conversion_type) as credited"
                " on credited.model = models.model and credited.conversion_type = converted.conversion_type) as sums"
                f" where abs(credited_value - coalesce(conversion_value, 0)) > {CENT}",
                advice=MODEL_ADVICE,
            ),
        ),
    ),
    "marts.rpt_channel_performance": MartSuite(
        columns=(
            *(
                "period_month",
                "channel",
                "model",
                "conversion_type",
                "basis",
                "credited_conversions",
            ),
            *("credited_value", "spend", "roas", "mroi", "cost_per_conversion"),
        ),
        fed_by=("opportunities", "ad_spend"),
        checks=(
            one_of("basis", ("conversion_month", "touch_month")),
            no_rows(
                "credits of both bases sum to those of fct_attribution_credits",
                "select * from (select basis, sum(credited_value) as found from {batch} group by basis) as sums"
                " cross join (select sum(credited_value) as expected from marts.fct_attribution_credits"
                " inner join marts.fct_conversions using (conversion_id) where converted_at is not null) as credits"
                f" where abs(found - coalesce(expected, 0)) > {CENT}",
                advice=MODEL_ADVICE,
            ),
        ),
    ),
    "marts.fct_revenue_by_month": MartSuite(
        columns=(
            *(
                "customer_id",
                "account_id",
                "person_id",
                "product_line",
                "period_month",
                "recurring_amount",
            ),
            *("one_off_amount", "refunded_amount", "net_amount", "gross_margin_amount"),
        ),
        fed_by=("revenue_lines",),
        checks=(between("refunded_amount", None, 0),),
    ),
    "marts.fct_mrr_movements": MartSuite(
        columns=(
            *(
                "customer_id",
                "account_id",
                "period_month",
                "start_mrr",
                "new_mrr",
                "reactivation_mrr",
            ),
            *("expansion_mrr", "contraction_mrr", "churn_mrr", "end_mrr"),
        ),
        fed_by=("subscriptions",),
        checks=(
            between("end_mrr", 0, None),
            no_rows(
                "the month is not after the run's",
                f"select period_month from {{batch}} where period_month >= {AS_OF_END}",
            ),
        ),
    ),
    "marts.rpt_retention_cohorts": MartSuite(
        columns=(
            *("cohort_month", "months_since", "acquisition_channel", "customers_count"),
            *("retained_customers_count", "logo_retention", "revenue_retention", "is_mature"),
        ),
        fed_by=("subscriptions",),
        checks=(share("logo_retention"), between("months_since", 0, None)),
    ),
    "operations.rpt_rejected_rows": MartSuite(
        columns=("rows_count",), checks=(between("rows_count", 1, None),)
    ),
    "operations.rpt_source_reconciliation": MartSuite(
        columns=("raw_value", "mart_value", "set_aside_value", "difference"),
        fed_by=("revenue_lines",),
        checks=(
            no_rows(
                "raw, less what is set aside, is what the marts hold",
                "select * from {batch} where difference is null or difference <> 0",
                advice="operations.rpt_source_reconciliation in the build database says which source and measure differ.",
            ),
        ),
    ),
}


def suite(name: str, fed: set[str]) -> list[Check]:
    """All that is expected of a mart, given the canonical entities that have rows."""
    expected = SUITES.get(name, MartSuite(columns=()))
    checks = [has_columns(expected.columns)] if expected.columns else []
    feeding = sorted(fed & set(expected.fed_by))
    if expected.is_never_empty or feeding:
        why = f"It is fed by {', '.join(feeding)}, which has rows." if feeding else ""
        checks.append(has_rows(why=why))
    return [*checks, *expected.checks]

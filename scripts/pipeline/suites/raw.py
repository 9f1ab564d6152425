"""
Border 1, raw tables: what each must be like before anything is loaded.

Most of it follows from the declarations beside the staging models: a required column that is
absent, or a required table without a row, is an error. What the project sets aside by itself (see
operations.rpt_rejected_rows) is a warning: a value that cannot be parsed, an empty required value,
a key given twice. `OWN` adds what the declarations cannot say.
"""

from dataclasses import replace

from pipeline.checks import (
    ERROR,
    WARNING,
    Check,
    has_column,
    has_rows,
    matches,
    never_null,
    no_row_where,
    one_of,
    unique,
)
from pipeline.inputs import Column, RawTable
from pipeline.parse_text import parse_text

SET_ASIDE = "the rows concerned are set aside and listed in operations.rpt_rejected_rows"


def number_between(column: str, low: float, high: float) -> Check:
    """A number, as text or not, that is in a range where it is one."""
    return no_row_where(
        f"{column} is at least {low} and at most {high}",
        column,
        f'try_cast("{column}" as double) not between {low} and {high}',
        WARNING,
    )


def not_before(later: str, earlier: str) -> Check:
    """One time is not before another."""
    return no_row_where(
        f"{later} is not before {earlier}",
        later,
        f'try_cast("{later}" as timestamptz) < try_cast("{earlier}" as timestamptz)',
        WARNING,
    )


def currency(column: str) -> Check:
    """A currency code; one without a rate stops the build later, at the row that needs it."""
    return matches(column, "^[A-Za-z]{3}$", "a three-letter currency code", WARNING)


OWN: dict[str, list[Check]] = {
    "salesforce.opportunity": [
        number_between("probability", 0, 100),
        number_between("amount", 0, 1_000_000_000),
        not_before("close_date", "created_date"),
        currency("currency_iso_code"),
    ],
    "salesforce.opportunity_history": [number_between("probability", 0, 100)],
    "salesforce.campaign": [not_before("end_date", "start_date"), currency("currency_iso_code")],
    "segment.pages": [matches("url", "^https?://", "an absolute URL", WARNING)],
    "segment.identifies": [matches("email", "@", "an email address", WARNING)],
    "marketo.lead": [matches("email", "@", "an email address", WARNING)],
    "google_ads.campaign_stats": [number_between("cost_micros", 0, 1e13)],
    "linkedin_ads.ad_analytics_by_campaign": [number_between("cost_in_local_currency", 0, 1e7)],
    "stripe.price": [
        one_of("type", ["recurring", "one_time"], WARNING),
        one_of("recurring_interval", ["day", "week", "month", "year"], WARNING),
        currency("currency"),
    ],
    "stripe.invoice": [
        one_of("status", ["draft", "open", "paid", "uncollectible", "void"], WARNING),
        currency("currency"),
    ],
    "stripe.invoice_line_item": [not_before("period_end", "period_start"), currency("currency")],
    "calendly.event": [
        not_before("end_time", "start_time"),
        one_of("status", ["active", "canceled"], WARNING),
    ],
    "leadfeeder.visits": [matches("company_domain", r"^[^@\s/]+\.[^@\s/]+$", "a domain", WARNING)],
    "generic.opportunities": [currency("currency"), number_between("amount", 0, 1_000_000_000)],
    "generic.ad_spend": [currency("currency"), number_between("spend", 0, 1e7)],
    "generic.revenue_lines": [
        currency("currency"),
        one_of("line_type", ["sale", "refund", "credit_note"], WARNING),
    ],
    "generic.subscriptions": [
        currency("currency"),
        one_of("billing_interval", ["month", "quarter", "year"], WARNING),
    ],
    "generic.web_events": [number_between("order_value", -1e9, 1e9)],
    "generic.privacy_requests": [
        one_of("subject_type", ["email", "person", "device"], WARNING),
        one_of("request_type", ["withdraw_consent", "erase", "suppress"], WARNING),
    ],
}


def _arrives_as_text(table: RawTable, column: Column) -> bool:
    return column.data_type != "string" and table.columns.get(column.name) == "VARCHAR"


def _column_checks(table: RawTable, column: Column) -> list[Check]:
    if column.name not in table.columns:
        there = f"its columns are {', '.join(sorted(table.columns))}"
        return [replace(has_column(column.name), advice=there)] if column.is_required else []
    checks = []
    if column.is_required:
        checks += [has_column(column.name), never_null(column.name, WARNING, SET_ASIDE)]
    if _arrives_as_text(table, column):
        checks.append(
            no_row_where(
                f"{column.name} can be read as {column.data_type}",
                column.name,
                f"trim(\"{column.name}\") <> '' and {parse_text(column.name, column.data_type)} is null",
                WARNING,
                SET_ASIDE,
            )
        )
    if column.is_never_negative:
        value = (
            parse_text(column.name, column.data_type)
            if _arrives_as_text(table, column)
            else f'"{column.name}"'
        )
        checks.append(
            no_row_where(
                f"{column.name} is not negative",
                column.name,
                f"{value} < 0",
                WARNING,
                SET_ASIDE,
            )
        )
    return checks


def sets_aside(check: Check) -> bool:
    """Whether each row that does not meet it is lost to the marts; of a key given twice, one row stays."""
    return check.advice == SET_ASIDE and not check.name.endswith(" is given once")


def columns_of(check: Check) -> set[str]:
    """The columns that a check of values looks at."""
    arguments = check.arguments
    of_condition = arguments.get("condition", "").split('"')[1::2]
    return {*of_condition, *([arguments["column"]] if "column" in arguments else [])}


def suite(table: RawTable) -> list[Check]:
    """All that is expected of a raw table that was delivered."""
    declared = table.declaration
    empty_advice = "an optional table without rows; if that is not meant, deliver it again"
    checks = [
        has_rows(
            WARNING if declared.is_optional else ERROR, empty_advice if declared.is_optional else ""
        )
    ]
    for column in declared.columns:
        checks += _column_checks(table, column)
    if declared.key and not declared.keeps_duplicates and set(declared.key) <= set(table.columns):
        checks.append(unique(declared.key, WARNING, SET_ASIDE))
    if declared.vendor == "generic":
        names = sorted({*table.columns} - {column.name for column in declared.columns})
        strange = ", ".join(names) or "none"
        checks.append(
            Check(
                "has no column that nothing reads",
                "expect_table_columns_to_match_set",
                {"column_set": sorted({*table.columns} - set(names)), "exact_match": True},
                WARNING,
                f"unknown and ignored: {strange}",
            )
        )
    # A column that may be absent and is has nothing to check; a required one that is absent was
    # reported above.
    return checks + [
        check for check in OWN.get(declared.label, []) if columns_of(check) <= set(table.columns)
    ]

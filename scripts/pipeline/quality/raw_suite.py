"""
Border 1, raw tables: what each must be like before anything is loaded.

Most of it follows from the declarations beside the staging models: a required column that is
absent, or a required table without a row, is an error. What the project sets aside by itself (see
operations.rpt_rejected_rows) is a warning: a value that cannot be parsed, an empty required value,
a key given twice. `OWN` adds what the declarations cannot say.
"""

from dataclasses import replace

from pipeline.core.sql import quoted
from pipeline.inputs.declarations import Column
from pipeline.inputs.parse_text import listed_value, parse_text
from pipeline.inputs.raw_files import RawTable
from pipeline.quality.checks import (
    Check,
    has_column,
    has_rows,
    matches,
    never_null,
    no_other_value,
    no_row_where,
    unique,
)
from pipeline.records.history import ERROR, WARNING

SET_ASIDE = "these rows are set aside; the published operations.rpt_rejected_rows lists them"
# How values of a type are written.
WRITTEN = {
    "boolean": "true or false, yes or no, t or f, 1 or 0",
    "bigint": "1200",
    "decimal": "1200.50, without a separator of thousands",
    "date": "2025-12-31",
    "timestamp": "2025-12-31 13:45:00, or 2025-12-31T13:45:00Z",
}


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


def has_page_views() -> Check:
    """
    Some web events are page views: the list of event types is open, and under another name for them
    no session would have a page.
    """
    value = listed_value('cast("event_type" as varchar)')
    shown = "concat(chr(39), left(value, 40), chr(39), ' (', rows_count, ')')"
    query = f"""
        select array_to_string(list({shown} order by rows_count desc)[1:3], ', ')
        from (select {value} as value, count(*) as rows_count from {{batch}} group by 1)
        having count(*) > 0 and not coalesce(bool_or(value = 'page_view'), false)"""
    return Check(
        "event_type is page_view in some rows",
        "unexpected_rows_expectation",
        {"unexpected_rows_query": query},
        WARNING,
        "no session has a page: name page views page_view",
        says_itself=True,
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
    "stripe.price": [currency("currency")],
    "stripe.invoice": [currency("currency")],
    "stripe.invoice_line_item": [not_before("period_end", "period_start"), currency("currency")],
    "calendly.event": [not_before("end_time", "start_time")],
    "leadfeeder.visits": [matches("company_domain", r"^[^@\s/]+\.[^@\s/]+$", "a domain", WARNING)],
    "generic.opportunities": [currency("currency"), number_between("amount", 0, 1_000_000_000)],
    "generic.ad_spend": [currency("currency"), number_between("spend", 0, 1e7)],
    "generic.revenue_lines": [currency("currency")],
    "generic.subscriptions": [currency("currency")],
    "generic.web_events": [number_between("order_value", -1e9, 1e9), has_page_views()],
}


def _arrives_as_text(table: RawTable, column: Column) -> bool:
    return column.data_type != "string" and table.columns.get(column.name) == "VARCHAR"


def _of_list(table: RawTable, column: Column) -> Check:
    """Every value of a column is of its list, as the staging models read it."""
    value = listed_value(f'cast("{column.name}" as varchar)')
    listed = ", ".join(f"'{quoted(name)}'" for name in column.accepted)
    return no_other_value(
        f"{column.name} is one of {', '.join(column.accepted)}",
        column.name,
        f"{value} not in ({listed})",
        WARNING if column.accepts_others else ERROR,
        f"change the other values to these, or leave the rows out, in {table.place}; upper and lower"
        " case and blanks do not matter",
    )


def _column_checks(table: RawTable, column: Column) -> list[Check]:
    if column.name not in table.columns:
        there = f"its columns are {', '.join(sorted(table.columns))}"
        return [replace(has_column(column.name), advice=there)] if column.is_required else []
    checks = []
    if column.is_required:
        checks += [has_column(column.name), never_null(column.name, WARNING, SET_ASIDE)]
    if column.accepted:
        checks.append(_of_list(table, column))
    if _arrives_as_text(table, column):
        # What is written in a boolean column is nothing personal; elsewhere it may be.
        check_of = no_other_value if column.data_type == "boolean" else no_row_where
        written = WRITTEN.get(column.data_type.split("(")[0])
        check = check_of(
            f"{column.name} can be read as {column.data_type}",
            column.name,
            f"trim(\"{column.name}\") <> '' and {parse_text(column.name, column.data_type)} is null",
            WARNING,
            (f"write it as {written}; " if written else "") + SET_ASIDE,
        )
        fault = f"{column.name} cannot be read as {column.data_type} in {{observed}}"
        checks.append(replace(check, fault=fault))
    if column.is_never_negative:
        value = (
            parse_text(column.name, column.data_type)
            if _arrives_as_text(table, column)
            else f'"{column.name}"'
        )
        checks.append(
            no_row_where(
                f"{column.name} is not negative", column.name, f"{value} < 0", WARNING, SET_ASIDE
            )
        )
    return checks


def sets_aside(check: Check) -> bool:
    """Whether each row that does not meet it is lost to the marts; of a key given twice, one row stays."""
    return check.advice.endswith(SET_ASIDE) and not check.name.endswith(" is given once")


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
        are = "column is" if len(names) == 1 else "columns are"
        checks.append(
            Check(
                "has no unknown column",
                "expect_table_columns_to_match_set",
                {"column_set": sorted({*table.columns} - set(names)), "exact_match": True},
                WARNING,
                fault=f"{len(names)} {are} not read: {', '.join(names)}",
            )
        )
    # A column that may be absent and is has nothing to check; a required one that is absent was
    # reported above.
    return checks + [
        check for check in OWN.get(declared.label, []) if columns_of(check) <= set(table.columns)
    ]

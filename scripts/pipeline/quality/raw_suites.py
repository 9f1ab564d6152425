"""
The expectations on the raw tables, before anything is loaded. An error stops the run. A warning is about rows that the
project sets aside, or something to look at.
"""

from pipeline.quality.expectations import SQL, Expectation, finds_no_rows
from pipeline.records.history import ERROR, WARNING

ERRORS, WARNINGS, EITHER = (ERROR,), (WARNING,), (ERROR, WARNING)
# What should hold in every raw table, and the severities, by the kind of the checks (raw_facts.py, raw_checks.py, baseline.py).
KINDS = {
    "no rows": ("tables have rows", EITHER),
    "missing column": ("required columns are there", ERRORS),
    "unknown column": ("tables with canonical names have no unknown column", WARNINGS),
    "repeated key": ("keys are given once", WARNINGS),
    "empty": ("required columns are filled in", WARNINGS),
    "unreadable": ("values can be read as their declared types", WARNINGS),
    "negative": ("amounts and counts that cannot be negative are not", WARNINGS),
    "unusable": ("nearly all rows can be used", ERRORS),
    "unlisted": ("values of lists are in their lists", EITHER),
    "malformed": ("currency codes, email addresses, URLs and domains look like such", WARNINGS),
    "outside": ("numbers are in the unit that is meant", WARNINGS),
    "before start": ("ends are not before their starts", WARNINGS),
    "implausible": ("rows are dated between 1990 and now", WARNINGS),
    "no page views": ("web events include page views", WARNINGS),
    "stale": ("the newest rows are as new as agreed", EITHER),
    "lost table": ("tables of the published version are delivered", ERRORS),
    "lost rows": (
        "tables have lost no more rows since the published version than agreed",
        ERRORS,
    ),
    "lost column": ("columns of the published version are delivered", ERRORS),
    "emptied column": ("numbers are filled in as they were for the published version", ERRORS),
}
GAP_ADVICE = "load those hours again; if there were none, add the day to var accepted_quiet_days"
LAST_DAY_ADVICE = (
    "deliver it again, whole; if the export ends earlier, pass its last day as --as-of; if the day"
    " had so few rows, add it to var accepted_quiet_days"
)
DRIFT_ADVICE = (
    "check what changed at the source; if it is intended, give the day of the change as valid_from"
    " in rule drift_terms, or raise most_moved_share there"
)
SHORT_QUARTERS = (SQL / "short_quarters.sql").read_text(encoding="utf-8")
DRIFT = (SQL / "drift.sql").read_text(encoding="utf-8")


def checks() -> list[Expectation]:
    """No check of a kind has failed (audit.raw_checks)."""
    return [
        finds_no_rows(
            f"{holds} ({severity})" if severities == EITHER else holds,
            "select table_name, expectation, finding, advice from {batch}"
            f" where kind = '{kind}' and severity = '{severity}' and failed_count > 0",
            severity,
        )
        for kind, (holds, severities) in KINDS.items()
        for severity in severities
    ]


def gaps() -> list[Expectation]:
    """The last days have about as many rows as such days usually have (audit.raw_quarters)."""
    return [
        finds_no_rows(
            f"{holds} ({severity})",
            f"select table_name, '{holds}' as expectation, finding from ({SHORT_QUARTERS}) as short"
            f" where is_last_day = {is_last_day} and severity = '{severity}'",
            severity,
            advice,
        )
        for holds, is_last_day, advice in (
            ("no gap of six hours or more in the last seven days", False, GAP_ADVICE),
            ("its last day has about as many rows as usual", True, LAST_DAY_ADVICE),
        )
        for severity in (ERROR, WARNING)
    ]


def drift() -> list[Expectation]:
    """The newest rows have the same kinds of values as those before (audit.raw_values)."""
    return [
        finds_no_rows(
            f"values are as frequent as in the weeks before ({severity})",
            f"select * from ({DRIFT}) as moved where severity = '{severity}'",
            severity,
            DRIFT_ADVICE,
        )
        for severity in (ERROR, WARNING)
    ]


# By name: the table of facts that a suite judges, and the suite.
SUITES = {
    "all raw tables": ("audit.raw_checks", checks),
    "raw rows by day": ("audit.raw_quarters", gaps),
    "raw values by day": ("audit.raw_values", drift),
}

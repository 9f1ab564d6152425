"""
Border 1, drift: whether the newest rows of a table say the same kinds of things as those before
them. A form that no longer sends its email, a campaign parameter that a release has dropped, a
currency that is suddenly another: every row is valid, and the totals are wrong all the same.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.settings import Settings
from pipeline.inputs.raw_files import RawTable
from pipeline.inputs.rules import rule_rows
from pipeline.quality.checks import Check, severity_of
from pipeline.quality.deliveries import time_expression

DRIFT = Path(__file__).with_name("drift.sql")
VALUES, FILLED = "values", "filled"
COMPARED = (VALUES, FILLED)
# The shortest of these that brought enough rows is judged, against four times that before. With
# fewer rows, shares move by chance.
DAYS_JUDGED = (7, 28, 91)
TIMES_BEFORE = 4
LEAST_ROWS = 100
# Named are values that were there before: new ones may be anything, also personal.
NAMED_SHARE = 0.01
ADVICE = (
    "see what changed at the source. If it is intended, give the day of the change as"
    " valid_from in rule drift_terms, or raise most_moved_share there"
)


@dataclass(frozen=True)
class Terms:
    """How far a column may drift (a row of seed drift_terms)."""

    column: str
    compared: str
    most_moved_share: float
    severity: str
    valid_from: str | None


def read_terms(settings: Settings) -> dict[tuple[str, str], list[Terms]]:
    """The rule drift_terms, by (vendor, table)."""
    found: dict[tuple[str, str], list[Terms]] = {}
    for key, agreed in rule_rows(
        settings,
        "drift_terms",
        terms_of,
        "Give column_name, a share between 0 and 1 as most_moved_share, warning or error as"
        " severity, and as valid_from a date or nothing.",
    ):
        found.setdefault(key, []).append(agreed)
    return found


def terms_of(row: Mapping[str, str]) -> Terms:
    """A row of the rule."""
    valid_from = row.get("valid_from") or None
    return Terms(
        row["column_name"],
        row.get("compared") or VALUES,
        float(row["most_moved_share"]),
        severity_of(row.get("severity")),
        datetime.date.fromisoformat(valid_from).isoformat() if valid_from else None,
    )


def suite(table: RawTable, terms: Iterable[Terms], last_day: datetime.date) -> list[Check]:
    """What is expected of the columns of a table that says when its rows happened."""
    when = time_expression(table)
    if when is None:
        return []
    return [
        Check(
            name_of(agreed),
            "unexpected_rows_expectation",
            {"unexpected_rows_query": moved_too_far(agreed, when, last_day)},
            agreed.severity,
            ADVICE,
            says_itself=True,
        )
        for agreed in terms
        if agreed.column in table.columns
    ]


def name_of(agreed: Terms) -> str:
    """The name of the expectation."""
    what = "values are those" if agreed.compared == VALUES else "is filled in as often as that"
    return f"{agreed.column} {what} of the weeks before"


def moved_too_far(agreed: Terms, when: str, last_day: datetime.date) -> str:
    """
    One row where too large a share of the rows has moved to other values: half the sum of all
    differences of shares. An empty value is a value of its own.
    """
    when = when.replace("{", "{{").replace("}", "}}")  # {batch} is what is filled in
    end = last_day + datetime.timedelta(days=1)
    earliest = end - datetime.timedelta(days=(1 + TIMES_BEFORE) * max(DAYS_JUDGED))
    spans = " ".join(
        f"when sum(rows_count) filter (where day >= date '{end}' - {days}) >= {LEAST_ROWS}"
        f" then {days}"
        for days in DAYS_JUDGED
    )
    first = max(earliest.isoformat(), agreed.valid_from or "")
    text = f"nullif(trim(cast(\"{agreed.column}\" as varchar)), '')"
    value = (
        f"coalesce({text}, '(empty)')"
        if agreed.compared == VALUES
        else f"case when {text} is null then '(empty)' else '(filled in)' end"
    )
    return DRIFT.read_text(encoding="utf-8").format(
        batch="{batch}",
        value=value,
        when=when,
        first=first,
        end=end,
        spans=spans,
        times_compared=1 + TIMES_BEFORE,
        named_share=NAMED_SHARE,
        least_rows=LEAST_ROWS,
        most_moved_share=agreed.most_moved_share,
    )

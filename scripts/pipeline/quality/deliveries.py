"""Border 1, deliveries: how many rows each raw table brings, whether the newest are as new as agreed
(freshness), and whether its last days have about as many rows as such days usually have (volume)."""

import datetime
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.settings import Settings
from pipeline.inputs.parse_text import parse_text
from pipeline.inputs.raw_files import RawTable
from pipeline.inputs.rules import rule_rows
from pipeline.quality.checks import severity_of
from pipeline.records.history import ERROR, WARNING, Delivery, QualityResult

ALL = "(all)"


FRESH = "its newest row is as new as agreed"


WHOLE = "no gap of six hours or more in the last seven days"


LAST_DAY = "its last day has about as many rows as usual"


FRESH_ADVICE = (
    "see whether the source was exported and loaded; rule delivery_terms holds the hours agreed"
)


WHOLE_ADVICE = "load those hours again; if there were none, name the day in var accepted_quiet_days"


LAST_DAY_ADVICE = (
    "deliver it again, whole; if the export ends earlier, give its last day as --as-of; if the day"
    " had so few rows, name it in var accepted_quiet_days"
)


SHORT_QUARTERS = Path(__file__).with_name("short_quarters.sql")
# A run looks back this far, so that an unrepaired gap is reported for a week.
DAYS_JUDGED = 7


WEEKS_COMPARED = 8


LEAST_WEEKS = 4


# Below so many rows a quarter of a day may be empty by chance.
LEAST_EXPECTED = 40


# Of what the same quarter of the same weekday usually brings, and of the least it has brought.
SHARE_OF_USUAL = 0.1


SHARE_OF_LEAST = 0.5


# The whole day, counted beside its quarters 0 to 3. It may be as quiet as the same weekday or the
# same date was a year before: that is a season, such as Christmas.
WHOLE_DAY = 4


YEAR_BEFORE = (364, 365, 366)


SHARE_OF_QUIET_SEASON = 0.25


@dataclass(frozen=True)
class Terms:
    """What was agreed on the deliveries of a table (seed delivery_terms)."""

    sla_hours: float | None = None
    stale_severity: str = WARNING
    short_severity: str = WARNING
    last_day_severity: str = ERROR
    most_lost_share: float = 0.05
    most_emptied_share: float = 0.1


AllTerms = Mapping[tuple[str, str], Terms]


@dataclass(frozen=True)
class Deliveries:
    """What was found out about the deliveries of this run."""

    tables: list[Delivery]
    results: list[QualityResult]


def look(
    settings: Settings,
    tables: Iterable[RawTable],
    as_of: str,
    query: Callable[[str], list[Any]],
    rows: Mapping[str, int],
    accepted_days: Iterable[object] = (),
) -> Deliveries:
    """
    What every table brought, of `rows` as counted before, with freshness and volume where it says
    when its rows happened.
    """
    terms = read_terms(settings)
    now = reference(settings, as_of)
    accepted = {str(day) for day in accepted_days}
    found = Deliveries([], [])
    for table in tables:
        when = time_expression(table)
        agreed = terms_of(terms, table.declaration.vendor, table.declaration.table)
        delivery = delivered(table, when, now, query, rows[table.declaration.label], agreed)
        found.tables.append(delivery)
        if when is not None:
            found.results.extend(stale(table, delivery, agreed))
            short = query(short_quarters(relation_of(table), when, last_whole_day(settings, as_of)))
            short = [row for row in short if str(row[0]) not in accepted]
            found.results.extend(whole(table, short, agreed))
    return found


def relation_of(table: RawTable) -> str:
    """The table as the audit's database has it."""
    return f'"raw_{table.declaration.vendor}"."{table.declaration.table}"'


def delivered(
    table: RawTable,
    when: str | None,
    now: datetime.datetime,
    query: Callable[[str], list[Any]],
    rows: int,
    agreed: Terms,
) -> Delivery:
    """The record of a table, from one query of its timestamp and its numbers."""
    numbers = [name for name in table.numbers if name in table.columns]
    counts = [f"count(*) filter (where {is_empty(table, name)})" for name in numbers]
    newest = f"max({when}) filter (where {when} <= timestamp '{now}')" if when else "null"
    latest, *empty = (
        query(f"select {', '.join([newest, *counts])} from {relation_of(table)}")[0]
        if when or numbers
        else (None,)
    )
    age = (now - latest).total_seconds() / 3600 if latest else None
    is_agreed = when is not None and agreed.sla_hours is not None
    declared = table.declaration
    return Delivery(
        declared.vendor,
        declared.table,
        age,
        agreed.sla_hours if is_agreed else None,
        age is not None and age <= agreed.sla_hours if is_agreed else None,
        latest,
        rows,
        ", ".join(column.name for column in declared.columns if column.name in table.columns),
        json.dumps(dict(zip(numbers, empty, strict=True))),
    )


def is_empty(table: RawTable, name: str) -> str:
    """SQL that is true where a column has no value."""
    value = f"nullif(trim(\"{name}\"), '')" if table.columns[name] == "VARCHAR" else f'"{name}"'
    return f"{value} is null"


def reference(settings: Settings, as_of: str) -> datetime.datetime:
    """The run's now: the end of its day, or the clock where that day has not ended."""
    end = datetime.datetime.fromisoformat(as_of) + datetime.timedelta(days=1)
    return min(end, settings.started_at)


def last_whole_day(settings: Settings, as_of: str) -> datetime.date:
    """The last day that had ended when the run began."""
    yesterday = settings.started_at.date() - datetime.timedelta(days=1)
    return min(datetime.date.fromisoformat(as_of), yesterday)


def time_expression(table: RawTable) -> str | None:
    """SQL of when a row happened; None where the table does not say, or says only the day."""
    declared = {column.name: column for column in table.declaration.columns}
    name = table.declaration.dated
    if name is None or name not in declared or name not in table.columns:
        return None
    kind = declared[name].data_type
    if kind not in ("timestamp", "date"):
        return None
    arrived = table.columns[name]
    value = parse_text(name, kind) if arrived == "VARCHAR" else f'"{name}"'
    return f"cast({value} as timestamp)"


def stale(table: RawTable, state: Delivery, agreed: Terms) -> list[QualityResult]:
    """The verdict on freshness; none where nothing was agreed."""
    if state.is_fresh is None:
        return []
    observed = (
        f"{state.age_hours:.0f} hours old, agreed are {agreed.sla_hours:g}"
        if state.age_hours is not None
        else "no row that is dated"
    )
    label = table.declaration.label
    return [
        QualityResult(
            "raw", label, FRESH, agreed.stale_severity, state.is_fresh, observed, FRESH_ADVICE
        )
    ]


def whole(table: RawTable, short: list[Any], agreed: Terms) -> list[QualityResult]:
    """The verdicts on volume: of the last days' quarters, with the first gaps in words, and of the last day."""
    label = table.declaration.label
    gaps = [
        f"{day} from {quarter * 6:02d}:00 to {quarter * 6 + 6:02d}:00 UTC {rows} rows, usually"
        f" {usual:.0f}"
        for day, quarter, rows, usual in short
        if quarter < WHOLE_DAY
    ]
    more = f" and {len(gaps) - 3} more" if len(gaps) > 3 else ""
    said = "; ".join(gaps[:3]) + more
    day = [f"{row[0]} {row[2]} rows, usually {row[3]:.0f}" for row in short if row[1] == WHOLE_DAY]
    return [
        QualityResult("raw", label, WHOLE, agreed.short_severity, not gaps, said, WHOLE_ADVICE),
        QualityResult(
            "raw", label, LAST_DAY, agreed.last_day_severity, not day, "".join(day), LAST_DAY_ADVICE
        ),
    ]


def short_quarters(relation: str, when: str, last_day: datetime.date) -> str:
    """
    The quarters (six hours) of the days judged, and the last day as a whole, that have hardly any of
    the rows which the same quarter of the same weekday had in the weeks before. Quarters are compared
    and not days, because half a day that is missing empties at least one whole quarter, while a weak
    day, a weekend or a season weakens all four.
    """
    weeks = ", ".join(f"judged.day - {7 * week}" for week in range(1, WEEKS_COMPARED + 1))
    years = ", ".join(f"date '{last_day}' - {days}" for days in YEAR_BEFORE)
    earliest = last_day - datetime.timedelta(days=DAYS_JUDGED + 7 * WEEKS_COMPARED)
    return SHORT_QUARTERS.read_text(encoding="utf-8").format(
        relation=relation,
        when=when,
        last_day=last_day,
        weeks=weeks,
        years=years,
        earliest=earliest,
        days_judged=DAYS_JUDGED,
        least_weeks=LEAST_WEEKS,
        least_expected=LEAST_EXPECTED,
        share_of_usual=SHARE_OF_USUAL,
        share_of_least=SHARE_OF_LEAST,
        share_of_quiet_season=SHARE_OF_QUIET_SEASON,
        whole_day=WHOLE_DAY,
    )


def read_terms(settings: Settings) -> AllTerms:
    """The rule delivery_terms, by (vendor, table)."""
    return dict(
        rule_rows(
            settings,
            "delivery_terms",
            _terms,
            "Give source_system and raw_table, a number of hours or nothing as sla_hours, warning or"
            " error as severities, and shares between 0 and 1.",
        )
    )


def _terms(row: Mapping[str, str]) -> Terms:
    hours = (row["sla_hours"] or "").strip()
    return Terms(
        float(hours) if hours else None,
        severity_of(row["stale_severity"]),
        severity_of(row["short_severity"]),
        severity_of(row["last_day_severity"]),
        float(row["most_lost_share"]),
        float(row["most_emptied_share"]),
    )


def terms_of(terms: AllTerms, vendor: str, table: str) -> Terms:
    """The terms of a table: its own, else its vendor's, else those for all."""
    for key in ((vendor, table), (vendor, ALL), (ALL, ALL)):
        if key in terms:
            return terms[key]
    return Terms()

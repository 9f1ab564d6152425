"""
Border 1, what a table alone cannot say: whether its newest rows are as new as agreed (freshness),
and whether its last days brought about as many rows as such days do (volume).
"""

import csv
import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.checks import WARNING, severity_of
from pipeline.errors import InputError
from pipeline.history import Freshness, QualityResult
from pipeline.inputs import RawTable
from pipeline.parse_text import parse_text
from pipeline.settings import Settings

ALL = "(all)"
FRESH = "its newest row is as new as agreed"
WHOLE = "no quarter of its last days is nearly without rows"
FRESH_ADVICE = (
    "see whether the source was exported and loaded; rule delivery_terms holds the hours agreed"
)
WHOLE_ADVICE = "load those hours again; if there were none, name the day in var accepted_quiet_days"
# A run looks back so far, so that a gap nobody mends stays in sight.
DAYS_JUDGED = 7
WEEKS_COMPARED = 8
LEAST_WEEKS = 4
# Below so many rows a quarter of a day may be empty by chance.
LEAST_EXPECTED = 40
# Of what the same quarter of the same weekday usually brings, and of the least it has brought.
SHARE_OF_USUAL = 0.1
SHARE_OF_LEAST = 0.5


@dataclass(frozen=True)
class Terms:
    """What was agreed on the deliveries of a table (seed delivery_terms)."""

    sla_hours: float | None
    stale_severity: str
    short_severity: str


@dataclass(frozen=True)
class Deliveries:
    """What was found out about the deliveries of this run."""

    freshness: list[Freshness]
    results: list[QualityResult]


def look(
    settings: Settings,
    tables: Iterable[RawTable],
    as_of: str,
    query: Callable[[str], list[tuple]],
    accepted_days: Iterable[object] = (),
) -> Deliveries:
    """Freshness and volume of every table that says when its rows happened."""
    terms = read_terms(settings)
    now = reference(settings, as_of)
    found = Deliveries([], [])
    for table in tables:
        when = time_expression(table)
        if when is None:
            continue
        relation = f'"raw_{table.declaration.vendor}"."{table.declaration.table}"'
        agreed = terms_of(terms, table)
        (latest,) = query(
            f"select max(happened_at) from (select {when} as happened_at from {relation})"
            f" where happened_at <= timestamp '{now}'"
        )[0]
        state = freshness(table, latest, now, agreed.sla_hours)
        found.freshness.append(state)
        found.results.extend(stale(table, state, agreed))
        short = query(short_quarters(relation, when, last_whole_day(settings, as_of)))
        short = [row for row in short if str(row[0]) not in {str(day) for day in accepted_days}]
        found.results.append(whole(table, short, agreed))
    return found


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


def freshness(
    table: RawTable,
    latest: datetime.datetime | None,
    now: datetime.datetime,
    sla_hours: float | None,
) -> Freshness:
    """How old the newest row is, and whether that was agreed."""
    age = (now - latest).total_seconds() / 3600 if latest else None
    is_fresh = None if sla_hours is None else age is not None and age <= sla_hours
    declared = table.declaration
    return Freshness(declared.vendor, declared.table, latest, age, sla_hours, is_fresh)


def stale(table: RawTable, state: Freshness, agreed: Terms) -> list[QualityResult]:
    """The verdict on freshness; none where nothing was agreed."""
    if state.is_fresh is None:
        return []
    observed = (
        f"{state.age_hours:.0f} hours old, agreed are {agreed.sla_hours:g}"
        if state.age_hours is not None
        else "no row that is dated"
    )
    label = table.declaration.label
    return [QualityResult("raw", label, FRESH, agreed.stale_severity, state.is_fresh, observed)]


def whole(table: RawTable, short: list[tuple], agreed: Terms) -> QualityResult:
    """The verdict on volume, with the first gaps in words."""
    gaps = [
        f"{day} from {quarter * 6:02d}:00 to {quarter * 6 + 6:02d}:00 UTC {rows} rows, usually"
        f" {usual:.0f}"
        for day, quarter, rows, usual in short[:3]
    ]
    more = f" and {len(short) - 3} more" if len(short) > 3 else ""
    label = table.declaration.label
    severity = agreed.short_severity
    return QualityResult("raw", label, WHOLE, severity, not short, "; ".join(gaps) + more)


def short_quarters(relation: str, when: str, last_day: datetime.date) -> str:
    """
    The quarters (six hours) of the days judged that have hardly any of the rows which the same
    quarter of the same weekday had in the weeks before. A quarter is looked at, and not the day,
    because half a day that is missing empties at least one whole quarter, while a weak day, a
    weekend or a season weakens all four.
    """
    weeks = ", ".join(f"judged.day - {7 * week}" for week in range(1, WEEKS_COMPARED + 1))
    earliest = last_day - datetime.timedelta(days=DAYS_JUDGED + 7 * WEEKS_COMPARED)
    return f"""
    with happened as (
        select {when} as happened_at from {relation}
    ),

    counted as (
        select cast(happened_at as date) as day, hour(happened_at) // 6 as quarter,
            count(*) as rows_count
        from happened
        where happened_at >= timestamp '{earliest}'
            and happened_at < timestamp '{last_day}' + interval 1 day
        group by all
    ),

    -- Days before the first row are no quiet days; quarters without a row after it are.
    quarters as (
        select cast(days.range as date) as day, numbers.range as quarter
        from range(
            (select min(day) from counted), timestamp '{last_day}' + interval 1 day, interval 1 day
        ) as days
        cross join range(4) as numbers
    ),

    filled as (
        select quarters.day, quarters.quarter, coalesce(counted.rows_count, 0) as rows_count
        from quarters left join counted using (day, quarter)
    ),

    compared as (
        select judged.day, judged.quarter, any_value(judged.rows_count) as rows_count,
            median(before.rows_count) as usual_count, min(before.rows_count) as least_count
        from filled as judged
        inner join filled as before
            on before.quarter = judged.quarter and before.day in ({weeks})
        where judged.day > date '{last_day}' - {DAYS_JUDGED}
        group by judged.day, judged.quarter
        having count(*) >= {LEAST_WEEKS}
    )

    select day, quarter, rows_count, usual_count from compared
    where usual_count >= {LEAST_EXPECTED} and rows_count < {SHARE_OF_USUAL} * usual_count
        and rows_count <= {SHARE_OF_LEAST} * least_count
    order by day, quarter"""


def read_terms(settings: Settings) -> dict[tuple[str, str], Terms]:
    """The rule delivery_terms, by (vendor, table)."""
    path = rule_file(settings, "delivery_terms")
    return dict(_rows(path)) if path else {}


def rule_file(settings: Settings, name: str) -> Path | None:
    """A rule that the audits read: the user's own file, else the project's seed."""
    own = settings.raw_location / "rules" / f"{name}.csv" if settings.raw_location else None
    seed = settings.project_dir / "seeds" / "rules" / f"{name}.csv"
    path = own if own and own.is_file() else seed
    return path if path.is_file() else None


def _rows(path: Path) -> Iterable[tuple[tuple[str, str], Terms]]:
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                hours = (row.get("sla_hours") or "").strip()
                agreed = Terms(
                    float(hours) if hours else None,
                    severity_of(row.get("stale_severity")),
                    severity_of(row.get("short_severity")),
                )
                yield (row["source_system"], row["raw_table"]), agreed
            except (KeyError, ValueError) as error:
                raise InputError(
                    f"{path}, row {number}: {error} cannot be used.",
                    "Give source_system and raw_table, a number of hours or nothing as sla_hours,"
                    " and warning or error as severities.",
                ) from error


def terms_of(terms: dict[tuple[str, str], Terms], table: RawTable) -> Terms:
    """The terms of a table: its own, else its vendor's, else those for all."""
    vendor, name = table.declaration.vendor, table.declaration.table
    for key in ((vendor, name), (vendor, ALL), (ALL, ALL)):
        if key in terms:
            return terms[key]
    return Terms(None, WARNING, WARNING)

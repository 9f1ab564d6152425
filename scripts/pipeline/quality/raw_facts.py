"""
Collects the facts about the raw tables that the audit judges, in tables of the audit's database. Each raw table is read
once for all its counts: an expectation of its own per column would read it hundreds of times.
"""

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.settings import Settings
from pipeline.inputs.declarations import Column
from pipeline.inputs.macros import sql_of
from pipeline.inputs.raw_files import RawTable
from pipeline.quality.raw_checks import (
    SET_ASIDE,
    Check,
    as_text,
    checks_of,
    is_empty,
    time_expression,
)
from pipeline.quality.terms import (
    DeliveryTerms,
    DriftTerms,
    delivery_terms,
    drift_terms,
    terms_of,
)
from pipeline.records.history import ERROR, WARNING, Delivery

# Below this count a few rows that are set aside do not stop a run, unless they are all rows.
LEAST_SET_ASIDE = 10
SHOWN_VALUES = 3
# The first rows that fail a check, of which different values are shown.
READ_EXAMPLES = 20
# Short quarters are compared with eight weeks before and a year before; drift with up to 5 times 91 days.
DAYS_OF_QUARTERS = 63
DAYS_OF_VALUES = 455
TABLES = Path(__file__).parent / "sql" / "raw_facts.sql"
# The column that numbers the rows where examples are shown; the header of a CSV file is row 1.
ROW = '"row number"'

# More checks of a column, and advice that its examples suggest: a run has neither.
MoreChecks = Callable[[RawTable, Column, datetime.datetime], Iterator[Check]]
Advise = Callable[[RawTable, Check, list[str]], str]


def relation_of(table: RawTable) -> str:
    """The table in the database of the audit."""
    return f'"raw_{table.declaration.vendor}"."{table.declaration.table}"'


def _examples(check: Check) -> str:
    """SQL of the first rows that fail a check: number and value."""
    row = f"struct_pack(number := {ROW}, value := {check.value or as_text(check.column)})"
    return f"min_by({row}, {ROW}, {READ_EXAMPLES}) filter (where {check.condition})"


def _listed(table: RawTable, examples: list[dict[str, Any]]) -> str:
    """A colon and the first different values; with their rows if the table is one CSV file."""
    is_numbered = table.file and table.file.file_format == "csv" and len(table.file.files) == 1
    found: dict[str, str] = {}
    for example in examples:
        row = f"row {example['number']}"
        if (example["value"] or "").strip():
            text = _shown(example["value"])
            found.setdefault(text, f"{text} ({row})" if is_numbered else text)
        elif is_numbered:
            found[row] = row
    texts = ", ".join(list(found.values())[:SHOWN_VALUES])
    return f": {texts}" if texts else ""


def _shown(value: str) -> str:
    """A value for messages, without email addresses."""
    return "(an email address)" if "@" in value else f"'{value[:40]}'"


class RawFacts:
    """Fills the tables of facts."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        settings: Settings,
        as_of: str,
        run_vars: Mapping[str, Any],
        more_checks: MoreChecks | None = None,
        advise: Advise | None = None,
    ) -> None:
        """With `advise`, findings have examples of the values and the relations a column ROW."""
        self._database = database
        self._more_checks, self._advise = more_checks, advise
        self._terms = delivery_terms(settings)
        self._drift_terms = drift_terms(settings)
        self._most_set_aside = float(run_vars["set_aside_max_share"])
        day = datetime.date.fromisoformat(as_of)
        end = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(days=1)
        self.started_at = settings.started_at
        # The run's now, and the last day that had ended.
        self.end, self.now = end, min(end, self.started_at)
        self.last_day = min(day, self.started_at.date() - datetime.timedelta(days=1))
        database.execute(TABLES.read_text(encoding="utf-8"))
        for quiet_day in run_vars.get("accepted_quiet_days") or ():
            database.execute("insert into audit.accepted_quiet_days values (?)", [str(quiet_day)])

    def add(self, table: RawTable) -> Delivery:
        """Collects the facts about a table; returns its record for the history."""
        declared, when = table.declaration, time_expression(table)
        terms = terms_of(self._terms, declared.vendor, declared.table)
        delivery = self.add_rows(table)
        if when:
            self.add_quarters(declared.label, relation_of(table), when, terms)
            for drift in self._drift_terms.get((declared.vendor, declared.table), []):
                if drift.column_name in table.columns:
                    self.add_values(declared.label, relation_of(table), when, drift)
        return delivery

    def add_rows(self, table: RawTable) -> Delivery:
        """The checks of a table, its columns and their values."""
        declared, when = table.declaration, time_expression(table)
        terms = terms_of(self._terms, declared.vendor, declared.table)
        numbers = [column.name for column in table.numbers]
        checks = [check for column in table.delivered for check in self._checks_of(table, column)]
        newest = f"max({when}) filter (where {when} <= timestamp '{self.now}')"
        conditions = [
            *(check.condition for check in checks),
            *(is_empty(table, name) for name in numbers),
        ]
        counts = [f"count(*) filter (where {condition})" for condition in conditions]
        shown = [_examples(check) for check in checks] if self._advise else []
        rows, newest_at, *found = self._row(
            f"select {', '.join(['count(*)', newest if when else 'null', *counts, *shown])}"
            f" from {relation_of(table)}"
        )
        counted, examples = found[: len(conditions)], found[len(conditions) :]
        age = (self.now - newest_at).total_seconds() / 3600 if newest_at else None
        sla = terms.sla_hours if when else None
        delivery = Delivery(
            declared.vendor,
            declared.table,
            age,
            sla,
            (age is not None and age <= sla) if sla is not None else None,
            newest_at,
            rows,
            ", ".join(column.name for column in table.delivered),
            json.dumps(dict(zip(numbers, counted[len(checks) :], strict=True))),
        )
        self._add_table(table, delivery, terms.stale_severity)
        none: list[Any] = [None] * len(checks)
        failed = zip(checks, counted[: len(checks)], examples or none, strict=True)
        self._add_columns(table, list(failed), rows)
        return delivery

    def _checks_of(self, table: RawTable, column: Column) -> Iterator[Check]:
        yield from checks_of(table, column, self.started_at)
        if self._more_checks:
            yield from self._more_checks(table, column, self.end)

    def check(
        self,
        table: str,
        kind: str,
        expectation: str,
        failed: int,
        finding: str,
        advice: str = "",
        severity: str = ERROR,
    ) -> None:
        """Records a check and the rows that failed it."""
        self._database.execute(
            "insert into audit.raw_checks values (?, ?, ?, ?, ?, ?, ?)",
            [table, kind, severity, expectation, failed, finding, advice],
        )

    def _add_table(self, table: RawTable, delivery: Delivery, stale_severity: str) -> None:
        """The checks of a table as a whole: its rows, its age, its key and its columns."""
        declared, label, rows = table.declaration, table.declaration.label, delivery.rows_count
        advice, severity = "deliver it again", ERROR
        if declared.is_optional:
            advice, severity = f"an optional table; if this is not intended, {advice}", WARNING
        self.check(label, "no rows", "has rows", rows == 0, "has no rows", advice, severity)
        if delivery.is_fresh is not None:
            holds, finding = "its newest row is as new as agreed", "no row has a date"
            if delivery.age_hours is not None:
                finding = f"its newest row is {delivery.age_hours:.0f} hours old"
                finding += f"; {delivery.sla_hours:g} hours are agreed"
            advice = "check export and loader; rule delivery_terms holds the hours agreed"
            is_stale = not delivery.is_fresh
            self.check(label, "stale", holds, is_stale, finding, advice, stale_severity)
        for name in sorted(table.lacks):
            advice = f"rename it in the export; its columns are {', '.join(sorted(table.columns))}"
            finding = f"column {name} is missing"
            self.check(label, "missing column", f"column {name} is there", 1, finding, advice)
        if declared.key and not declared.keeps_duplicates and {*declared.key} <= {*table.columns}:
            self._add_key(table, rows)
        if declared.vendor == "generic":
            count = len(table.unread)
            are = "column is" if count == 1 else "columns are"
            finding = f"{count} {are} not read: {', '.join(table.unread)}"
            name = "has no unknown column"
            self.check(label, "unknown column", name, count, finding, severity=WARNING)
        if label == "generic.web_events" and "event_type" in table.columns:
            self._add_page_views(table)

    def _add_key(self, table: RawTable, rows: int) -> None:
        """The rows that share their key with another one; rows without a required part of it count as empty."""
        columns = [f'"{name}"' for name in table.declaration.key]
        required = {
            f'"{column.name}"' for column in table.declaration.columns if column.is_required
        }
        parts = [name for name in columns if name in required] or columns
        filled = " and ".join(f"{name} is not null" for name in parts)
        repeated, keys = self._row(
            f"select coalesce(sum(rows_count), 0)::bigint, max_by(key, rows_count, {SHOWN_VALUES})"
            f" from (select concat_ws('|', {', '.join(columns)}) as key, count(*) as rows_count"
            f" from {relation_of(table)} where {filled}"
            f" group by {', '.join(columns)} having count(*) > 1)"
        )
        name = ", ".join(table.declaration.key)
        finding = f"{name} repeats in {repeated} of {rows} rows"
        if repeated and self._advise:
            finding += ": " + ", ".join(map(_shown, keys))
        label, holds = table.declaration.label, f"{name} is given once"
        self.check(label, "repeated key", holds, repeated, finding, SET_ASIDE, WARNING)

    def _add_page_views(self, table: RawTable) -> None:
        """The list of event types is open, and under another name for page views no session has a page."""
        value = sql_of("listed_value", as_text("event_type"))
        rows, views = self._row(
            f"select count(*), count(*) filter (where {value} = 'page_view') from {relation_of(table)}"
        )
        is_missed = rows > 0 and views == 0
        values = self._commonest(table, value, "true") if is_missed else ""
        self.check(
            table.declaration.label,
            "no page views",
            "event_type is page_view in some rows",
            is_missed,
            f"no event_type is page_view: {values}",
            "no session has a page; name page views page_view",
            WARNING,
        )

    def _add_columns(self, table: RawTable, found: list[tuple[Check, int, Any]], rows: int) -> None:
        """The checks of the columns, and whether nearly all rows can be used."""
        label, worst = table.declaration.label, (0, "")
        for check, failed, examples in found:
            finding, advice = (
                f"{check.column} {check.fault} in {failed} of {rows} rows",
                check.advice,
            )
            if check.sets_aside:
                worst = max(worst, (failed, finding))
            if failed and check.is_shown:
                finding += f": {self._commonest(table, as_text(check.column), check.condition)}"
            elif failed and examples and self._advise:
                finding += _listed(table, examples)
                advice = self._advise(table, check, [one["value"] or "" for one in examples])
            holds = f"{check.column} {check.holds}"
            self.check(label, check.kind, holds, failed, finding, advice, check.severity)
        lost, finding = worst
        is_few = lost < LEAST_SET_ASIDE and lost < rows
        self.check(
            label,
            "unusable",
            "nearly all of its rows can be used",
            0 if is_few or lost <= self._most_set_aside * rows else lost,
            f"{lost} of {rows} rows cannot be used: {finding}",
            "correct the export; to publish without these rows, raise var set_aside_max_share",
        )

    def _commonest(self, table: RawTable, value: str, condition: str) -> str:
        """The commonest values, for messages; an address in the wrong column is not shown."""
        rows = self._database.execute(
            f"select if(contains({value}, '@'), '(an email address)', left({value}, 40)), count(*)"
            f" from {relation_of(table)} where {condition}"
            f" group by 1 order by 2 desc, 1 limit {SHOWN_VALUES + 1}"
        ).fetchall()
        shown = ", ".join(f"'{value}' ({count})" for value, count in rows[:SHOWN_VALUES])
        return shown + (" and others" if len(rows) > SHOWN_VALUES else "")

    def add_quarters(self, label: str, relation: str, when: str, terms: DeliveryTerms) -> None:
        """Counts the rows of a table by day and quarter of the day."""
        first = self.last_day - datetime.timedelta(days=DAYS_OF_QUARTERS - 1)
        year = self.last_day - datetime.timedelta(days=366)
        self._database.execute(
            f"""insert into audit.raw_quarters
            select '{label}', cast(happened_at as date) as day, hour(happened_at) // 6, count(*),
                date '{self.last_day}', '{terms.short_severity}', '{terms.last_day_severity}'
            from (select {when} as happened_at from {relation})
            where cast(happened_at as date) between date '{first}' and date '{self.last_day}'
                or cast(happened_at as date) between date '{year}' and date '{year}' + 2
            group by all"""
        )

    def add_values(self, label: str, relation: str, when: str, drift: DriftTerms) -> None:
        """Counts the rows of a table by day and value of a column."""
        earliest = self.last_day - datetime.timedelta(days=DAYS_OF_VALUES - 1)
        text = f"nullif(trim(cast(\"{drift.column_name}\" as varchar)), '')"
        value = f"coalesce({text}, '(empty)')"
        if drift.compared == "filled":
            value = f"if({text} is null, '(empty)', '(filled in)')"
        self._database.execute(
            f"""insert into audit.raw_values
            select '{label}', '{drift.column_name}', '{drift.compared}', {drift.most_moved_share},
                '{drift.severity}', date '{self.last_day}', cast({when} as date), {value}, count(*)
            from {relation}
            where {when} >= timestamp '{max(earliest, drift.valid_from)}'
                and {when} < date '{self.last_day}' + interval 1 day
            group by all"""
        )

    def _row(self, query: str) -> tuple[Any, ...]:
        row = self._database.execute(query).fetchone()
        assert row is not None
        return row

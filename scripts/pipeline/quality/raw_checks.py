"""What the rows of a raw table must be like, as conditions of the rows that fail; most follow from the declarations."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.core.sql import quoted
from pipeline.inputs.declarations import Column
from pipeline.inputs.macros import parse_text, sql_of
from pipeline.inputs.raw_files import RawTable
from pipeline.records.history import ERROR, WARNING

SET_ASIDE = "these rows are set aside; the published operations.rpt_rejected_rows lists them"
# How values of a type are written.
WRITTEN = {
    "boolean": "true or false, yes or no, t or f, 1 or 0",
    "bigint": "1200",
    "decimal": "1200.50, without a separator of thousands, or say in var csv_formats how numbers are written",
    "date": "2025-12-31",
    "timestamp": "2025-12-31 13:45:00, or 2025-12-31T13:45:00Z",
    "microseconds": "1767188700000000, microseconds since 1970",
}
# Formats by the name of the column: a pattern and what it stands for.
FORMATS = {
    "currency": ("^[A-Za-z]{3}$", "a three-letter currency code"),
    "currency_iso_code": ("^[A-Za-z]{3}$", "a three-letter currency code"),
    "email": ("@", "an email address"),
    "url": ("^https?://", "an absolute URL"),
    "company_domain": (r"^[^@\s/]+\.[^@\s/]+$", "a domain"),
}
FIRST_PLAUSIBLE_DAY = datetime.date(1990, 1, 1)


@dataclass(frozen=True)
class Check:
    """A condition that no row may meet, with what should hold and what is wrong otherwise."""

    kind: str
    column: str
    condition: str
    holds: str
    fault: str
    advice: str
    severity: str = WARNING
    # Whether the commonest values that fail are shown: only values of lists, which are not personal.
    is_shown: bool = False
    # SQL of the value that fails, if it is not that of the column.
    value: str = ""

    @property
    def sets_aside(self) -> bool:
        """Whether the rows that fail are missing from the marts."""
        return self.advice.endswith(SET_ASIDE)


def value_of(table: RawTable, column: Column) -> str:
    """SQL of a column in its declared type."""
    is_time = table.columns[column.name].startswith("TIMESTAMP")
    is_number = column.is_in_microseconds and not is_time
    value = f'"{column.name}"'
    if is_parsed(table, column):
        value = parse_text(value, "bigint" if is_number else column.data_type)
    return sql_of("timestamp_of_microseconds", value) if is_number else value


def is_parsed(table: RawTable, column: Column) -> bool:
    """Whether a column arrives as text but is declared with another type."""
    return column.data_type != "string" and table.columns[column.name] == "VARCHAR"


def as_text(name: str) -> str:
    """SQL of a column as text."""
    return f'cast("{name}" as varchar)'


def is_empty(table: RawTable, name: str) -> str:
    """SQL that is true where a column has no value."""
    is_text = table.columns[name] == "VARCHAR"
    return (f"nullif(trim(\"{name}\"), '')" if is_text else f'"{name}"') + " is null"


def time_expression(table: RawTable) -> str | None:
    """SQL of when a row happened; None if the table does not say."""
    declared = {column.name: column for column in table.declaration.columns}
    column = declared.get(table.declaration.dated or "")
    if column is None or column.name not in table.columns:
        return None
    is_time = column.data_type in ("timestamp", "date")
    return f"cast({value_of(table, column)} as timestamp)" if is_time else None


def checks_of(table: RawTable, column: Column, now: datetime.datetime) -> Iterator[Check]:
    """The checks of a delivered column."""
    yield from declared_checks(table, column)
    yield from plausibility_checks(table, column)
    if column.name == table.declaration.dated and (when := time_expression(table)):
        tomorrow = now + datetime.timedelta(days=1)
        yield Check(
            "implausible",
            column.name,
            f"{when} < date '{FIRST_PLAUSIBLE_DAY}' or {when} > timestamp '{tomorrow}'",
            f"is between {FIRST_PLAUSIBLE_DAY:%Y} and now",
            f"is before {FIRST_PLAUSIBLE_DAY:%Y} or in the future",
            "check the dates of the export",
        )


def declared_checks(table: RawTable, column: Column) -> Iterator[Check]:
    """What the declaration says: required, its type, not negative, values of a list."""
    name, value = column.name, value_of(table, column)
    if column.is_required:
        yield Check("empty", name, is_empty(table, name), "is filled in", "is empty", SET_ASIDE)
    if is_parsed(table, column):
        kind = column.data_type
        written = WRITTEN.get("microseconds" if column.is_in_microseconds else kind.split("(")[0])
        yield Check(
            "unreadable",
            name,
            f"trim(\"{name}\") <> '' and {value} is null",
            f"can be read as {kind}",
            f"cannot be read as {kind}",
            (f"write it as {written}; " if written else "") + SET_ASIDE,
            is_shown=kind == "boolean",
        )
    if column.is_never_negative:
        yield Check("negative", name, f"{value} < 0", "is not negative", "is negative", SET_ASIDE)
    if column.accepted:
        listed = ", ".join(f"'{quoted(one)}'" for one in column.accepted)
        yield Check(
            "unlisted",
            name,
            f"{sql_of('listed_value', as_text(name))} not in ({listed})",
            f"is one of {', '.join(column.accepted)}",
            f"is not one of {', '.join(column.accepted)}",
            "change the other values to these, or leave the rows out, in"
            f" {table.place}; case and surrounding blanks do not matter",
            WARNING if column.accepts_others else ERROR,
            is_shown=True,
        )


def plausibility_checks(table: RawTable, column: Column) -> Iterator[Check]:
    """Formats, units and the order of dates."""
    name, start = column.name, column.not_before
    text = as_text(name)
    if name in FORMATS:
        pattern, what = FORMATS[name]
        condition = f"trim({text}) <> '' and not regexp_matches({text}, '{pattern}')"
        yield Check(
            "malformed", name, condition, f"is {what}", f"is not {what}", "check the export"
        )
    if column.within:
        low, high = column.within
        yield Check(
            "outside",
            name,
            f"try_cast({text} as double) not between {low} and {high}",
            f"is at least {low} and at most {high}",
            f"is below {low} or above {high}",
            "check the unit of the export",
        )
    if start in table.columns:
        yield Check(
            "before start",
            name,
            f'try_cast({text} as timestamptz) < try_cast("{start}" as timestamptz)',
            f"is not before {start}",
            f"is before {start}",
            "check the export",
        )

"""Expectations as plain data, so that suites read without Great Expectations and load without its slow
import."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.records.history import ERROR, WARNING

# The project's own expectation; all other types are those of the library.
NO_ROW_WHERE = "expect_no_row_where"


@dataclass(frozen=True)
class Check:
    """
    One expectation on one table: a name that says what should hold, its Great Expectations type,
    its arguments. A query whose rows are sentences on what was found, fit to be shown, says so. Where
    `shows` is an expression, the commonest values that fail are shown: only for columns that hold
    nothing personal. `fault` says what is wrong if it is not met ({observed} is replaced); without
    one, messages say that the name is not met.
    """

    name: str
    expectation: str
    arguments: dict[str, Any]
    severity: str = ERROR
    advice: str = ""
    says_itself: bool = False
    shows: str = ""
    fault: str = ""


def has_column(column: str) -> Check:
    """The column is there."""
    return Check(
        f"column {column} is there",
        "expect_column_to_exist",
        {"column": column},
        fault=f"column {column} is missing",
    )


def severity_of(text: str | None) -> str:
    """A severity as a rule gives it, WARNING where it gives none; ValueError where there is no such one."""
    if text and text not in (WARNING, ERROR):
        raise ValueError(f"severity {text!r}")
    return text or WARNING


def has_rows(severity: str = ERROR, why: str = "") -> Check:
    """There is at least one row."""
    return Check(
        "has rows",
        "expect_table_row_count_to_be_between",
        {"min_value": 1},
        severity,
        why,
        fault="has no rows",
    )


def never_null(column: str, severity: str = ERROR, advice: str = "") -> Check:
    """Every row has a value."""
    return Check(
        f"{column} is filled in",
        "expect_column_values_to_not_be_null",
        {"column": column},
        severity,
        advice,
        fault=f"{column} is empty in {{observed}}",
    )


def unique(columns: Sequence[str], severity: str = ERROR, advice: str = "") -> Check:
    """No two rows have the same values here; rows that lack one of them do not count."""
    name = f"{', '.join(columns)} is given once"
    fault = f"{', '.join(columns)} repeats in {{observed}}"
    if len(columns) == 1:
        return Check(
            name,
            "expect_column_values_to_be_unique",
            {"column": columns[0]},
            severity,
            advice,
            fault=fault,
        )
    return Check(
        name,
        "expect_compound_columns_to_be_unique",
        {"column_list": list(columns), "ignore_row_if": "any_value_is_missing"},
        severity,
        advice,
        fault=fault,
    )


def between(column: str, low: float | None, high: float | None, severity: str = ERROR) -> Check:
    """Every value is in the range, both ends included."""
    limits = " and ".join(
        [
            *([f"at least {low}"] if low is not None else []),
            *([f"at most {high}"] if high is not None else []),
        ]
    )
    return Check(
        f"{column} is {limits}",
        "expect_column_values_to_be_between",
        {"column": column, "min_value": low, "max_value": high},
        severity,
    )


def no_other_value(
    name: str, column: str, condition: str, severity: str = ERROR, advice: str = ""
) -> Check:
    """A condition that no row may meet; the values that do are shown."""
    check = no_row_where(name, column, condition, severity, advice)
    return replace(check, shows=f'cast("{column}" as varchar)')


def matches(column: str, pattern: str, what: str, severity: str = ERROR) -> Check:
    """
    Every value looks like this (as a condition: the library knows no regular expressions on DuckDB).
    """
    return no_row_where(
        f"{column} is {what}",
        column,
        f"not regexp_matches(cast(\"{column}\" as varchar), '{pattern}')",
        severity,
    )


def no_row_where(
    name: str, column: str, condition: str, severity: str = ERROR, advice: str = ""
) -> Check:
    """
    A condition that no row may meet; `name` says what should hold. It is asked together with all
    else that is counted in the table, where a query of its own reads the table once more.
    """
    arguments = {"column": column, "condition": condition}
    return Check(name, NO_ROW_WHERE, arguments, severity, advice)


def no_rows(name: str, query: str, severity: str = ERROR, advice: str = "") -> Check:
    """
    A query ({batch} is the table) that finds what must not be; `name` says what should hold. For what
    no condition on one row can say.
    """
    return Check(
        name, "unexpected_rows_expectation", {"unexpected_rows_query": query}, severity, advice
    )

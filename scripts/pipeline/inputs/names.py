"""
Under which name a declared table or column was delivered: loaders name them differently. Macro given_names() does the
same for the build.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pipeline.core.errors import InputError, check_known, suggestion
from pipeline.inputs.declarations import Column, Declaration

WITHOUT = str.maketrans("", "", "_-. ")


@cache
def name_form(name: str) -> str:
    """A name without case, blanks and the characters _ - ."""
    return name.lower().translate(WITHOUT)


def given_names(name: str, also_named: Collection[str], delivered: Collection[str]) -> list[str]:
    """The names by which something was delivered, as written; two or more if that is ambiguous."""
    exact = [given for given in delivered if given.lower() == name]
    spelled = [given for given in delivered if name_form(given) == name_form(name)]
    forms = {name_form(also) for also in also_named} - {name_form(name)}
    others = [given for given in delivered if name_form(given) in forms]
    return (exact or spelled) + others


def candidates(table: Declaration, delivered: Collection[str]) -> dict[str, list[str]]:
    """The delivered columns that may be a declared one, by its name; none that is another declared column."""
    declared = {column.name for column in table.columns}
    undeclared = [given for given in delivered if given.lower() not in declared]

    def named(column: Column) -> list[str]:
        if column.own_name:
            return [given for given in delivered if given.lower() == column.own_name.lower()]
        exact = [given for given in delivered if given.lower() == column.name]
        return given_names(column.name, column.also_named, undeclared + exact)

    return {column.name: found for column in table.columns if (found := named(column))}


def given_columns(table: Declaration, delivered: Collection[str]) -> dict[str, str]:
    """The delivered columns by their declared name. Stops if two may be the same column."""
    named = {}
    for name, found in candidates(table, delivered).items():
        if len(found) > 1:
            raise InputError(
                f"{table.label}: {' and '.join(found)} may both be column {name}.",
                "Deliver one of them, or name it in var column_names.",
            )
        named[name] = found[0]
    return named


def given_table(table: Declaration, delivered: Collection[str]) -> str | None:
    """The name by which a table was delivered, of those of its vendor. Stops if two may be the same table."""
    found = given_names(table.table, table.also_named, delivered)
    if len(found) > 1:
        raise InputError(
            f"{table.vendor}: {' and '.join(found)} may both be table {table.table}.",
            "Keep one of them.",
        )
    return found[0] if found else None


def with_own_names(
    declared: Mapping[tuple[str, str], Declaration], own: Mapping[str, Any]
) -> dict[tuple[str, str], Declaration]:
    """The declarations with the names of var column_names: {vendor: {table: {column: name}}}."""
    found = dict(declared)
    for vendor, tables in own.items():
        for table, columns in tables.items():
            labels = [".".join(key) for key in found]
            check_known("Var column_names", "table", f"{vendor}.{table}", labels)
            of_table = found[vendor, table].columns
            known = [column.name for column in of_table]
            for name in columns:
                if name not in known:
                    raise InputError(
                        f"Var column_names: {vendor}.{table} has no column {name}.",
                        suggestion(name, known),
                    )
            found[vendor, table] = replace(
                found[vendor, table],
                columns=tuple(replace(one, own_name=columns.get(one.name)) for one in of_table),
            )
    return found

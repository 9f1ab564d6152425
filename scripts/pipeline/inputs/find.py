"""Finds the raw tables of a run, and stops at those that are missing or cannot be read."""

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from pipeline.core.errors import InputError, first_line
from pipeline.core.settings import Settings, project_file
from pipeline.inputs import csv_files
from pipeline.inputs.dbt_vars import kind_vars, make_dbt_vars, vendors_on
from pipeline.inputs.declarations import Declaration, declarations
from pipeline.inputs.raw_files import (
    OTHER_FOLDERS,
    RawFile,
    RawTable,
    check_names,
    find_files,
    folders_of,
    unread_files,
)


@dataclass(frozen=True)
class Inputs:
    """
    What a run reads: the raw tables that were delivered, and the vars for dbt that go with them.
    """

    tables: tuple[RawTable, ...]
    dbt_vars: Mapping[str, Any]
    notes: tuple[str, ...] = ()


def find_inputs(settings: Settings) -> Inputs:
    """
    The raw tables of this run; a table that is needed and absent, empty or unreadable stops it.
    """
    check_selection(settings)
    declared = declarations(settings.project_dir)
    if settings.is_demo:
        found = find_files(settings.project_dir / "seeds" / "raw")
        dbt_vars = make_dbt_vars(settings, found)
    elif settings.raw_location:
        found = _files_at(settings)
        folders = [path.name for path in folders_of(settings.raw_location)]
        check_names(found, folders, declared, settings.raw_location)
        check_rules(settings, found)
        dbt_vars = make_dbt_vars(settings, found)
    else:
        return _tables_of_database(settings, declared)
    vendors = vendors_on(settings, dbt_vars)
    unknown = sorted(vendors - {vendor for vendor, _ in declared})
    if unknown:
        raise InputError(
            f"Switched on by the vars, but no vendor of this project: {', '.join(unknown)}.",
            f"Known vendors: {', '.join(sorted({vendor for vendor, _ in declared}))}.",
        )
    tables = [
        RawTable(declared[key], file=file)
        for key, file in sorted(found.items())
        if key in declared and key[0] in vendors
    ]
    if not tables:
        raise InputError(
            f"Nothing under {settings.raw_location} would be read: its vendors are switched off by the vars.",
            "Name them in the vars that end in _sources, or leave these vars out: vendors that are"
            " delivered are then switched on.",
        )
    _check_present(settings, declared, found, vendors)
    switched_off = sorted({vendor for vendor, _ in found} - vendors - set(OTHER_FOLDERS))
    notes = [
        f"{vendor}: delivered, but switched off by the vars, so not read" for vendor in switched_off
    ]
    if settings.raw_location:
        notes += [
            f"{path} is not read: tables are <vendor>/<table>.csv, .csv.gz or .parquet"
            for path in unread_files(settings.raw_location)
        ]
    _check_permissions(found, vendors)
    with duckdb.connect() as connection:
        _check_csv(connection, found, vendors)
        readable = tuple(with_columns(connection, table) for table in tables)
    return Inputs(readable, dbt_vars, tuple(notes))


def _files_at(settings: Settings) -> dict[tuple[str, str], RawFile]:
    root = settings.raw_location
    assert root is not None
    if not root.is_dir():
        raise InputError(
            f"The raw location {root} is not there, or is no folder.",
            "Give the folder that holds <vendor>/<table>.csv or .parquet.",
        )
    found = find_files(root)
    if not any(folder not in OTHER_FOLDERS for folder, _ in found):
        raise InputError(
            f"The raw location {root} holds no raw table.",
            "Put files into it as <vendor>/<table>.csv or .parquet, for example"
            " generic/revenue_lines.csv.",
        )
    return found


def _check_present(
    settings: Settings,
    declared: Mapping[tuple[str, str], Declaration],
    found: Mapping[tuple[str, str], RawFile],
    vendors: set[str],
) -> None:
    root = settings.raw_location or settings.project_dir / "seeds" / "raw"
    problems = [
        f"{table.label}: there is no such table under {root}"
        for key, table in sorted(declared.items())
        if table.vendor in vendors and not table.is_optional and key not in found
    ]
    problems += [
        f"{vendor}.{table}: {file.path} is empty, without even a header line"
        for (vendor, table), file in sorted(found.items())
        if file.is_empty and (vendor in vendors or vendor == "rules")
    ]
    if problems:
        raise InputError(
            "\n".join(problems),
            "Deliver them again as <vendor>/<table>.csv or .parquet, or take the vendor out of the"
            " vars that switch"
            f" it on ({', '.join(kind_vars(settings.project_dir))}).",
        )


def _check_permissions(found: Mapping[tuple[str, str], RawFile], vendors: set[str]) -> None:
    problems = [
        f"{vendor}.{table}: {path}"
        for (vendor, table), file in sorted(found.items())
        if vendor in vendors or vendor == "rules"
        for path in file.files
        if not os.access(path, os.R_OK)
    ]
    if problems:
        raise InputError(
            "\n".join(f"{problem} cannot be read: permission denied" for problem in problems),
            f"Let the user of this run (uid {os.geteuid()}) read the files (chmod, or the umask of"
            " what delivers them), then start again.",
        )


def _check_csv(
    connection: duckdb.DuckDBPyConnection,
    found: Mapping[tuple[str, str], RawFile],
    vendors: set[str],
) -> None:
    """Every row of every CSV that is read can be read; all files that cannot are named at once."""
    problems, advice = [], []
    for (vendor, table), file in sorted(found.items()):
        if vendor not in vendors and vendor != "rules":
            continue
        try:
            broken = csv_files.broken_rows(connection, file)
        except duckdb.Error as error:
            text = f"{file.path} cannot be read: {first_line(error)}"
            broken = [(text, csv_files.SAVE_AS_UTF_8)]
        for text, what_to_do in broken:
            problems.append(f"{vendor}.{table}: {text}")
            advice.append(what_to_do)
    if problems:
        raise InputError("\n".join(problems), " ".join(dict.fromkeys(advice)))


def with_columns(connection: duckdb.DuckDBPyConnection, table: RawTable) -> RawTable:
    """The table with its columns as they lie; a file that cannot be read stops the run."""
    try:
        rows = connection.execute(f"describe {table.query}").fetchall()
    except duckdb.Error as error:
        raise InputError(
            f"{table.declaration.label}: {table.place} cannot be read: {first_line(error)}",
            "Deliver the file again, whole, as comma-separated CSV with a header line or as"
            " Parquet.",
        ) from error
    return replace(table, columns={row[0].lower(): row[1] for row in rows})


def _tables_of_database(
    settings: Settings, declared: Mapping[tuple[str, str], Declaration]
) -> Inputs:
    """Raw data that lies in tables beside the build (vars raw_schemas, raw_database)."""
    dbt_vars = make_dbt_vars(settings, ())
    vendors = vendors_on(settings, dbt_vars)
    if (
        settings.target != "duckdb"
        or dbt_vars.get("raw_database")
        or not settings.build_database.exists()
    ):
        note = "the raw tables lie outside the build database: not audited here, dbt checks them"
        return Inputs((), dbt_vars, (note,))
    schemas = dbt_vars.get("raw_schemas") or {}
    tables, problems = [], []
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        rows = connection.execute(
            "select lower(table_schema), lower(table_name), lower(column_name), data_type from"
            " information_schema.columns"
        ).fetchall()
    for (vendor, name), declaration in sorted(declared.items()):
        if vendor not in vendors:
            continue
        schema = str(schemas.get(vendor, vendor)).lower()
        columns = {
            column: kind for owner, table, column, kind in rows if (owner, table) == (schema, name)
        }
        if columns:
            tables.append(RawTable(declaration, relation=f"build.{schema}.{name}", columns=columns))
        elif not declaration.is_optional:
            problems.append(
                f"{declaration.label}: there is no table {schema}.{name} in"
                f" {settings.build_database}"
            )
    if problems:
        raise InputError(
            "\n".join(problems),
            "Load them, or name their schema in var raw_schemas, or give --raw-location.",
        )
    return Inputs(tuple(tables), dbt_vars)


def check_selection(settings: Settings) -> None:
    """What is selected are marts of the project."""
    known = {path.stem for path in (settings.project_dir / "models" / "marts").rglob("*.sql")}
    for name in settings.select:
        if name not in known:
            similar = difflib.get_close_matches(name, known)
            raise InputError(
                f"--select {name}: the project has no such mart.",
                f"Similar: {', '.join(similar)}." if similar else "docs/marts.md lists the marts.",
            )


def check_rules(settings: Settings, found: Iterable[tuple[str, str]]) -> None:
    """Stops at an own rule that the project does not have: a misspelled name would be ignored."""
    known = {path.stem for path in (settings.project_dir / "seeds" / "rules").glob("*.csv")}
    for name in sorted(name for folder, name in found if folder == "rules" and name not in known):
        similar = difflib.get_close_matches(name, known)
        raise InputError(
            f"{settings.raw_location}/rules: there is no rule {name}.",
            (f"Similar: {', '.join(similar)}. " if similar else "")
            + f"Rename or remove the file. Rules: {', '.join(sorted(known))}.",
        )


def vars_of_run(settings: Settings, found: Inputs) -> Mapping[str, Any]:
    """All vars as the run sees them: the project's, with what was given put over them."""

    return {**project_file(settings.project_dir)["vars"], **found.dbt_vars}

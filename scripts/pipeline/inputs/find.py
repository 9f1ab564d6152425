"""Finds the raw tables of a run. Stops if one is missing or cannot be read."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from pipeline.core.errors import InputError, check_known, suggestion
from pipeline.core.settings import Settings, project_file
from pipeline.inputs.csv_files import DELIMITERS, Problem, broken_files
from pipeline.inputs.dbt_vars import make_dbt_vars, vendors_on
from pipeline.inputs.declarations import Declaration, declarations
from pipeline.inputs.names import given_table, with_own_names
from pipeline.inputs.raw_files import (
    LAYOUT,
    NUMBER_STYLES,
    OTHER_FOLDERS,
    RawFile,
    RawTable,
    check_names,
    find_files,
    table_of,
    unread_files,
)
from pipeline.inputs.rules import optional_columns

NOT_AUDITED = "the raw tables are not in the build database: this run does not audit them"
Declared = Mapping[tuple[str, str], Declaration]
Files = Mapping[tuple[str, str], RawFile]


@dataclass(frozen=True)
class Inputs:
    """What a run reads: the raw tables that were delivered, the vars for dbt, and the vars in force."""

    tables: tuple[RawTable, ...]
    dbt_vars: Mapping[str, Any]
    vars: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    @property
    def as_of(self) -> str:
        """The day up to which facts count."""
        return str(self.vars["as_of_date"] or self.vars["demo_as_of_date"])


def find_inputs(settings: Settings) -> Inputs:
    """The raw tables and vars of a run."""
    check_selection(settings)
    own_names = settings.vars.get("column_names") or {}
    declared = with_own_names(declarations(settings.project_dir), own_names)
    is_database = not settings.is_demo and settings.raw_location is None
    found = {} if is_database else _delivered_files(settings, declared)
    dbt_vars = make_dbt_vars(settings, found)
    all_vars = {**project_file(settings.project_dir)["vars"], **dbt_vars}
    vendors = vendors_on(all_vars, declared)
    if is_database:
        if not is_audited(settings, all_vars):
            return Inputs((), dbt_vars, all_vars, (NOT_AUDITED,))
        tables = _tables_of_database(settings, declared, vendors, all_vars["raw_schemas"] or {})
        return Inputs(tuple(tables), dbt_vars, all_vars)
    read = {
        key: file for key, file in sorted(found.items()) if key[0] in vendors or key[0] == "rules"
    }
    if not any(key in declared for key in read):
        raise InputError(
            f"Nothing in {settings.raw_location} would be read: the vars switch its vendors off.",
            "Name the vendors in the vars that end in _sources, or leave these vars out: then all"
            " delivered vendors are switched on.",
        )
    with duckdb.connect() as connection:
        broken = [
            (f"{folder}.{table}: {text}", advice)
            for (folder, table), file in read.items()
            for text, advice in broken_files(connection, file)
        ]
        stop_at(_missing_tables(settings, declared, found, vendors) + broken)
        stop_at(_wrong_rules(settings, connection, read))
        tables = [
            table_of(declared[key], file, _columns(connection, file))
            for key, file in read.items()
            if key in declared
        ]
    return Inputs(tuple(tables), dbt_vars, all_vars, tuple(_notes(settings, found, vendors)))


def stop_at(problems: list[Problem]) -> None:
    """Stops if there are problems, and names all of them."""
    if problems:
        texts, advice = zip(*problems, strict=True)
        raise InputError("\n".join(texts), " ".join(dict.fromkeys(advice)))


def _delivered_files(settings: Settings, declared: Declared) -> Files:
    root = settings.raw_location
    if root is None:
        return find_files(settings.project_dir / "seeds" / "raw")
    if not root.is_dir():
        raise InputError(
            f"The raw location {root} does not exist or is not a folder.",
            f"Pass the folder that contains {LAYOUT}.",
        )
    found = by_declared_name(find_files(root), declared)
    if not any(folder not in OTHER_FOLDERS for folder, _ in found):
        raise InputError(
            f"The raw location {root} contains no raw table.",
            f"Put files there as {LAYOUT}, for example generic/revenue_lines.csv.",
        )
    check_names(found, declared, root)
    labels = {f"{vendor}.{table}" for vendor, table in declared}
    formats = csv_formats(settings, {vendor for vendor, _ in declared} | labels)
    return {
        (vendor, table): replace(file, **formats.get(f"{vendor}.{table}", formats.get(vendor, {})))
        if file.file_format == "csv"
        else file
        for (vendor, table), file in found.items()
    }


def by_declared_name(found: Files, declared: Declared) -> Files:
    """The files by the declared name of their table, which may not be the one in the file's name."""
    named = {}
    for (vendor, name), table in declared.items():
        given = given_table(table, [name for folder, name in found if folder == vendor])
        if given:
            named[vendor, given] = (vendor, name)
    return {named.get(key, key): file for key, file in found.items()}


def csv_formats(settings: Settings, known: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """How the CSV files of a vendor, or of one of its tables, are written: var csv_formats, checked."""
    formats: Mapping[str, Mapping[str, str]] = settings.vars.get("csv_formats") or {}
    accepted = {"delimiter": DELIMITERS, "numbers": NUMBER_STYLES}
    for vendor, given in formats.items():
        what = "table" if "." in vendor else "vendor"
        check_known("Var csv_formats", what, vendor, [*known, "rules"])
        for name, value in given.items():
            if value not in accepted.get(name, ()):
                listed = {key: " ".join(map(repr, values)) for key, values in accepted.items()}
                raise InputError(
                    f"Var csv_formats: {vendor}: {name}: {value!r} cannot be used.",
                    f"delimiter is one of {listed['delimiter']}, numbers one of {listed['numbers']}.",
                )
    return formats


def _missing_tables(
    settings: Settings, declared: Declared, found: Files, vendors: Collection[str]
) -> list[Problem]:
    root = settings.raw_location or settings.project_dir / "seeds" / "raw"
    return [
        (
            f"{table.label}: there is no file {root / table.vendor / table.table}.csv or .parquet",
            f"Deliver every required table of {table.vendor}, or remove {table.vendor} from the vars"
            " that end in _sources.",
        )
        for key, table in sorted(declared.items())
        if table.vendor in vendors and not table.is_optional and key not in found
    ]


def _wrong_rules(
    settings: Settings, connection: duckdb.DuckDBPyConnection, files: Files
) -> list[Problem]:
    """Own rules whose name or columns the project does not know: dbt would stop later, or ignore them."""
    seeds = {path.stem: path for path in (settings.project_dir / "seeds" / "rules").glob("*.csv")}
    problems = []
    for name, file in ((name, file) for (folder, name), file in files.items() if folder == "rules"):
        if name not in seeds:
            advice = f"Rename or remove the file. {suggestion(name, seeds)}"
            problems.append((f"{file.path}: there is no rule {name}", advice))
            continue
        with seeds[name].open(encoding="utf-8", newline="") as seed:
            expected = next(csv.reader(seed))
        columns = [name.lower() for name in _columns(connection, file)]
        required = [column for column in expected if column not in optional_columns(seeds[name])]
        wrong = [f"column {column} is missing" for column in required if column not in columns]
        wrong += [f"column {column} is unknown" for column in columns if column not in expected]
        if wrong:
            advice = f"The columns must be {', '.join(expected)}; docs/rules.md has an example row."
            problems.append((f"{file.path}: {', '.join(wrong)}", advice))
    return problems


def _columns(connection: duckdb.DuckDBPyConnection, file: RawFile) -> dict[str, str]:
    """The type of each column, by its name as delivered."""
    rows = connection.execute(f"describe {file.query}").fetchall()
    return {name: data_type for name, data_type, *_ in rows}


def _notes(settings: Settings, found: Files, vendors: Collection[str]) -> list[str]:
    """What was delivered and is not read."""
    off = sorted({vendor for vendor, _ in found} - set(vendors) - set(OTHER_FOLDERS))
    notes = [f"{vendor}: not read, because the vars switch this vendor off" for vendor in off]
    if settings.raw_location:
        unread = unread_files(settings.raw_location)
        notes += [f"{path} is not read: tables are {LAYOUT}" for path in unread]
    return notes


def is_audited(settings: Settings, all_vars: Mapping[str, Any]) -> bool:
    """Whether raw data in tables of a database can be audited: only if they are in the build database."""
    is_elsewhere = settings.target != "duckdb" or all_vars["raw_database"]
    return not is_elsewhere and settings.build_database.exists()


def _tables_of_database(
    settings: Settings,
    declared: Declared,
    vendors: Collection[str],
    schemas: Mapping[str, str],
) -> list[RawTable]:
    """Raw data in tables of the build database (var raw_schemas)."""
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        rows = connection.execute(
            "select lower(table_schema), lower(table_name), column_name, data_type from"
            " information_schema.columns"
        ).fetchall()
    columns: dict[str, dict[str, str]] = {}
    for schema, table, column, data_type in rows:
        columns.setdefault(f"{schema}.{table}", {})[column] = data_type
    tables, problems = [], []
    for (vendor, name), declaration in sorted(declared.items()):
        schema = str(schemas.get(vendor, vendor)).lower()
        there = [place.split(".", 1)[1] for place in columns if place.startswith(f"{schema}.")]
        place = f"{schema}.{given_table(declaration, there) or name}"
        if vendor in vendors and place in columns:
            tables.append(table_of(declaration, f"build.{place}", columns[place]))
        elif vendor in vendors and not declaration.is_optional:
            text = f"{declaration.label}: there is no table {place} in {settings.build_database}"
            advice = (
                "Load the tables, name their schema in var raw_schemas, or pass --raw-location."
            )
            problems.append((text, advice))
    stop_at(problems)
    return tables


def check_selection(settings: Settings) -> None:
    """Stops if --select names something other than marts of the project."""
    known = marts_of_project(settings)
    for name in settings.select:
        advice = "{} docs/marts.md describes the marts."
        check_known(f"--select {name}", "mart", name, known, advice)


def marts_of_project(settings: Settings) -> set[str]:
    """The names of the marts."""
    return {path.stem for path in (settings.project_dir / "models" / "marts").rglob("*.sql")}

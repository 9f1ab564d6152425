"""
Erasure of people. dbt replaces the identifiers of erased people where data enter
(models/canonical/erased_identifiers.sql), so no table of a build holds them. But DuckDB keeps the bytes of replaced
tables in its file, and incremental tables keep rows of earlier builds. So the first build after a request starts with
new files. Kept versions are dropped, or rewritten without the people that the new version does not have.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core import access, console, versions
from pipeline.core.errors import InputError, InternalError, first_line
from pipeline.core.settings import Settings
from pipeline.core.sql import limits, quoted
from pipeline.core.versions import DATABASE, PARQUET, STORAGE_VERSION, sync, sync_tree
from pipeline.engines import marts
from pipeline.engines.spark_session import builds_on_cluster
from pipeline.inputs.find import Inputs
from pipeline.records import history

# The columns by which a raw table of privacy requests is recognised.
REQUEST = {"subject_type", "subject_id", "request_type"}
# What to do with versions that were published before a request, by var erasure_of_kept_versions.
REWRITE, DROP = KEPT_VERSIONS = ("rewrite", "drop")

KEYS = "previous_person_keys"
# The published columns that identify people, devices or customers.
IDENTIFYING = [KEYS, "anonymous_id", "customer_id", "email_hash", "example_raw_id", "person_id"]
IDENTIFYING += ["person_key", "primary_person_key", "visitor_key"]


def for_kept_versions(dbt_vars: Mapping[str, Any]) -> str:
    """The checked value of var erasure_of_kept_versions."""
    chosen = dbt_vars["erasure_of_kept_versions"]
    if chosen not in KEPT_VERSIONS:
        raise InputError(
            f"Var erasure_of_kept_versions: {chosen} is not a valid value.",
            f"Set it to {' or '.join(KEPT_VERSIONS)}.",
        )
    return str(chosen)


def requested(settings: Settings, found: Inputs) -> set[str]:
    """The erasure requests in the raw files, as salted hashes. Raw tables of a database are left to dbt."""
    salt = str(found.vars["email_hash_salt"])
    rows = []
    with duckdb.connect() as connection:
        for table in found.tables:
            if table.file and table.columns.keys() >= REQUEST:
                rows += connection.execute(
                    "select lower(trim(subject_type)), lower(trim(subject_id::varchar))"
                    f" from ({table.query}) where lower(trim(request_type)) = 'erase'"
                ).fetchall()
    return {
        hashlib.sha256(f"{salt}{kind}|{subject}".encode()).hexdigest() for kind, subject in rows
    }


def identifiers(settings: Settings) -> set[str]:
    """The keys of all identifiers that the build has replaced."""
    if "canonical.erased_identifiers" not in marts.tables_there(settings):
        return set()
    with duckdb.connect() as connection:
        reader = marts.reader_of(settings, connection)
        rows = reader.rows("select identifier_key from canonical.erased_identifiers")
        return {str(row["identifier_key"]) for row in rows}


def known(settings: Settings) -> set[str]:
    """The requests and identifiers that neither the files of the build nor kept versions contain."""
    path = _record(settings)
    return set(path.read_text(encoding="utf-8").split()) if path.exists() else set()


def remember(settings: Settings, erased: set[str]) -> None:
    """Records what is erased, once it is erased everywhere."""
    if erased == known(settings):
        return
    path = _record(settings)
    path.touch(mode=0o600)
    path.write_text("".join(f"{text}\n" for text in sorted(erased)), encoding="utf-8")


def start_afresh(settings: Settings, found: Inputs) -> Settings:
    """Removes the files of earlier builds; returns the settings of a full refresh."""
    _record(settings).unlink(missing_ok=True)
    if any(table.relation for table in found.tables):
        console.warn(
            "build",
            f"{settings.build_database} also holds the raw tables, so it is not replaced, and may keep bytes of"
            " erased people. Move the raw tables to another database (var raw_database).",
        )
    elif settings.target == "duckdb":
        for path in settings.warehouse_dir.glob(f"{settings.build_database.name}*"):
            path.unlink()
        shutil.rmtree(settings.mart_files_dir, ignore_errors=True)
    console.log(
        "build", "people or devices were erased since the last build: starting with new files"
    )
    history.update_run(settings, is_full_refresh=True)
    return replace(settings, full_refresh=True)


def _record(settings: Settings) -> Path:
    return settings.warehouse_dir / f"erased_in_{settings.target}_build"


def erase_in_kept_versions(settings: Settings, how: str) -> str:
    """
    Drops or rewrites all versions but the current one; returns what was done, in words. Those on a cluster are
    dropped: its tables cannot be rewritten in place.
    """
    how = DROP if builds_on_cluster(settings) else how
    current = versions.current_version(settings)
    names = [name for name in versions.kept_versions(settings) if name != current]
    for name in names:
        if how == DROP:
            shutil.rmtree(settings.versions_dir / name)
        else:
            rewrite(settings, settings.versions_dir / name, settings.current / DATABASE)
    return f"{len(names)} kept versions {'dropped' if how == DROP else 'rewritten'}"


def rewrite(settings: Settings, folder: Path, current: Path) -> None:
    """
    Replaces a version by a copy. In columns that identify people, it keeps only values that the current version
    (its DuckDB file) has.
    """
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / "parquet").mkdir(parents=True)
    try:
        with duckdb.connect() as connection:
            connection.execute("; ".join(limits(settings, unfinished / "spill")))
            copy_version(connection, current, folder, unfinished)
    except duckdb.Error as error:
        raise InternalError(
            f"{folder} could not be rewritten for an erasure: {first_line(error)}",
            "Check the disk under WAREHOUSE_DIR, then start again.",
        ) from error
    shutil.rmtree(unfinished / "spill", ignore_errors=True)
    # Data Docs may quote values, so they are left out.
    for path in folder.iterdir():
        if path.is_file() and path.name != DATABASE:
            shutil.copy(path, unfinished)
    access.open_to_readers(settings, unfinished)
    sync_tree(unfinished)
    old = folder.with_name(f".{folder.name}.old.unfinished")
    folder.rename(old)
    unfinished.rename(folder)
    shutil.rmtree(old)
    sync(settings.versions_dir)


def copy_version(
    connection: duckdb.DuckDBPyConnection, current: Path, old: Path, new: Path
) -> None:
    """
    Copies the tables of a version, with their comments, and writes their Parquet files. `gone` are the identifying values
    that the current version does not have: far fewer than those that it has.
    """
    for statement in (
        "set preserve_insertion_order = false",
        f"attach '{quoted(current)}' as current_version (read_only)",
        f"attach '{quoted(old / DATABASE)}' as old (read_only)",
        f"attach '{quoted(new / DATABASE)}' as new (storage_version '{STORAGE_VERSION}')",
        "copy from database old to new (schema)",
    ):
        connection.execute(statement)
    connection.execute(
        f"create temp table gone as {identifying_values(connection, 'old')}"
        f" except ({identifying_values(connection, 'current_version')})"
    )
    connection.execute("begin")
    for place, columns in identifying_columns(connection, "old").items():
        replaced = f" replace ({', '.join(map(unless_gone, columns))})" if columns else ""
        people = " where person_key not in (from gone)" if place == "marts.dim_people" else ""
        parquet = quoted(new / "parquet" / f"{place.split('.')[1]}.parquet")
        connection.execute(
            f"copy (select *{replaced} from old.{place}{people}) to '{parquet}' ({PARQUET})"
        )
        connection.execute(f"insert into new.{place} from read_parquet('{parquet}')")
    connection.execute("commit")


def identifying_values(connection: duckdb.DuckDBPyConnection, database: str) -> str:
    """SQL: all values in the identifying columns of a version."""
    values = " union ".join(
        f"select {all_values(column)} as value from {database}.{place}"
        for place, columns in identifying_columns(connection, database).items()
        for column in columns
    )
    return f"select value from ({values}) where value is not null"  # `not in` finds nothing beside a null


def identifying_columns(
    connection: duckdb.DuckDBPyConnection, database: str
) -> dict[str, list[str]]:
    """The tables of a version (schema.table), with those of their columns that identify people."""
    rows = connection.execute(
        """select schema_name || '.' || table_name,
            list(column_name) filter (where list_contains(?, column_name))
        from duckdb_columns() where database_name = ? group by all order by all""",
        [IDENTIFYING, database],
    ).fetchall()
    return {place: columns or [] for place, columns in rows}


def all_values(column: str) -> str:
    """SQL: the values of a column; one of them is a list of keys."""
    return f"unnest(string_split({column}, ','))" if column == KEYS else column


def unless_gone(column: str) -> str:
    """SQL: a value of a column unless it is gone; of a list of keys, those that are not."""
    if column == KEYS:
        return (
            f"(select string_agg(key, ',' order by key) from (select unnest(string_split({column}, ',')) as key)"
            f" where key not in (from gone)) as {column}"
        )
    return f"case when {column} not in (from gone) then {column} end as {column}"

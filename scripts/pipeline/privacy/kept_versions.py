"""
Kept versions after an erasure: dropped, or rewritten without the people that the new version does not have.
"""

import shutil
from pathlib import Path

import duckdb

from pipeline.core import access, versions
from pipeline.core.errors import InternalError, first_line
from pipeline.core.settings import Settings
from pipeline.core.sql import limits, quoted
from pipeline.core.versions import DATABASE, PARQUET, STORAGE_VERSION, sync, sync_tree
from pipeline.privacy.erasure import DROP

KEYS = "previous_person_keys"
# The published columns that identify people, devices or customers.
IDENTIFYING = [KEYS, "anonymous_id", "customer_id", "email_hash", "example_raw_id", "person_id"]
IDENTIFYING += ["person_key", "primary_person_key", "visitor_key"]


def erase_in_kept_versions(settings: Settings, how: str) -> str:
    """Drops or rewrites all versions but the current one; returns what was done, in words."""
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
    """Copies the tables of a version, with their comments, and writes their Parquet files."""
    for statement in (
        "set preserve_insertion_order = false",
        f"attach '{quoted(current)}' as current_version (read_only)",
        f"attach '{quoted(old / DATABASE)}' as old (read_only)",
        f"attach '{quoted(new / DATABASE)}' as new (storage_version '{STORAGE_VERSION}')",
        "copy from database old to new (schema)",
    ):
        connection.execute(statement)
    there = " union ".join(
        f"select {all_values(column)} as value from current_version.{place}"
        for place, columns in identifying_columns(connection, "current_version").items()
        for column in columns
    )
    connection.execute(f"create temp table known as {there}")
    connection.execute("begin")
    for place, columns in identifying_columns(connection, "old").items():
        replaced = f" replace ({', '.join(map(if_known, columns))})" if columns else ""
        people = " where person_key in (from known)" if place == "marts.dim_people" else ""
        connection.execute(f"insert into new.{place} select *{replaced} from old.{place}{people}")
        parquet = new / "parquet" / f"{place.split('.')[1]}.parquet"
        connection.execute(f"copy new.{place} to '{quoted(parquet)}' ({PARQUET})")
    connection.execute("commit")


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


def if_known(column: str) -> str:
    """SQL: a value of a column if the current version has it; of a list of keys, those that it has."""
    if column == KEYS:
        return (
            f"(select string_agg(key, ',' order by key) from (select unnest(string_split({column}, ',')) as key)"
            f" where key in (from known)) as {column}"
        )
    return f"case when {column} in (from known) then {column} end as {column}"

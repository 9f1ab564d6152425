"""Step publish: the audited marts as a new version, whole, and then one atomic rename."""

import os
import shutil
from pathlib import Path

import duckdb

from pipeline.core import access
from pipeline.core.errors import InternalError, first_line
from pipeline.core.settings import Settings
from pipeline.core.sql import count, quoted
from pipeline.core.versions import (
    BUILT_FROM,
    DATABASE,
    PARQUET,
    STORAGE_VERSION,
    discard,
    remove_unfinished,
    switch,
    sync,
    sync_tree,
)
from pipeline.engines.marts import (
    PUBLISHED_SCHEMAS,
    Mart,
    attach_statements,
    files_of,
    models,
    relationships,
)
from pipeline.engines.spark_session import builds_on_cluster
from pipeline.publishing import on_cluster, spark_readers
from pipeline.records.history import IN_HISTORY, TABLES

SLOWEST_MODELS = Path(__file__).with_name("rpt_slowest_models.sql")


def publish(settings: Settings, as_of: str | None, built_from: str | None = None) -> dict[str, int]:
    """
    Writes versions/<run_id>, with schemas of its own in Spark's catalogue where that has readers, then
    puts it under `current`; readers of the old version are not disturbed. Returns the rows by table.
    """
    unfinished = settings.versions_dir / f".{settings.run_id}.unfinished"
    folder = settings.versions_dir / settings.run_id
    try:
        remove_unfinished(settings)
        (unfinished / "parquet").mkdir(parents=True)
        rows = write_version(settings, unfinished, as_of)
        pages = {"data_docs": settings.data_docs_dir, "report": settings.report_dir}
        if settings.docs:
            pages["docs"] = settings.docs_dir
        for name, source in pages.items():
            if source.is_dir():
                shutil.copytree(source, unfinished / name)
        if built_from:
            (unfinished / BUILT_FROM).write_text(f"{built_from}\n")
        access.open_to_readers(settings, settings.versions_dir)
        sync_tree(unfinished)
        unfinished.rename(folder)
        sync(settings.versions_dir)
        if spark_readers.are_served(settings):
            spark_readers.prepare(settings, settings.run_id)
        switch(settings, folder)
    except BaseException as error:
        # Nobody may roll back to a version that was never under `current`.
        shutil.rmtree(unfinished, ignore_errors=True)
        discard(settings, [settings.run_id])
        if not isinstance(error, (OSError, duckdb.Error)):
            raise
        raise InternalError(
            f"The new version could not be written: {first_line(error)}",
            "Check the disk under WAREHOUSE_DIR (full? read-only?), then start again.",
        ) from error
    return rows


def write_version(settings: Settings, folder: Path, as_of: str | None) -> dict[str, int]:
    """
    The DuckDB file and the Parquet files of a version; returns the rows per table, read back. On a cluster the marts
    become tables there, and the files have only the run history.
    """
    marts = models(settings)
    rows: dict[str, int] = {}
    is_here = not builds_on_cluster(settings)
    if not is_here:
        rows = on_cluster.write_marts(settings, marts)
    with duckdb.connect() as connection:
        for statement in (
            "set timezone = 'UTC'",
            "set preserve_insertion_order = false",
            *(attach_statements(settings) if is_here else ()),
            f"set temp_directory = '{quoted(folder / 'spill')}'",
            f"attach '{quoted(folder / DATABASE)}' as published (storage_version '{STORAGE_VERSION}')",
            f"attach '{quoted(settings.history_database)}' as history (read_only)",
            *(f"create schema published.{schema}" for schema in PUBLISHED_SCHEMAS),
        ):
            connection.execute(statement)
        in_files = files_of(connection, settings) if is_here else {}
        tables = marts if is_here else []
        connection.execute("begin")  # one commit, because after each the file is synced
        for mart in tables:
            copy_mart(connection, mart, _parquet(folder, mart), in_files.get(mart.place))
        connection.execute("commit")
        connection.execute("begin")
        of_history = copy_history(settings, connection, as_of)
        for table in tables + of_history:
            describe(connection, table)
        connection.execute("commit")
        rows |= {
            table.place: count(connection, f"published.{table.place}")
            for table in tables + of_history
        }
        connection.execute(
            "update published.operations.pipeline_runs set rows = ? where run_id = ?",
            [sum(rows.values()), settings.run_id],
        )
        for table in of_history:
            connection.execute(
                f"copy published.{table.place} to '{quoted(_parquet(folder, table))}' ({PARQUET})"
            )
        if not is_here:
            on_cluster.write_history(settings, of_history, connection)
            on_cluster.list_tables(folder, marts + of_history, rows)
        connection.execute("detach published")
    shutil.rmtree(folder / "spill", ignore_errors=True)
    return rows


def copy_mart(
    connection: duckdb.DuckDBPyConnection, mart: Mart, parquet: Path, built: Path | None
) -> None:
    """
    Writes the Parquet file of a mart, and its table from that. A file of the build gets a second
    name; where the file system cannot do that, it is copied.
    """
    if built is None:
        connection.execute(f"copy {mart.place} to '{quoted(parquet)}' ({PARQUET})")
    else:
        try:
            os.link(built, parquet)
        except OSError:
            shutil.copyfile(built, parquet)
    connection.execute(
        f"create table published.{mart.place} as from read_parquet('{quoted(parquet)}')"
    )


def copy_history(
    settings: Settings, connection: duckdb.DuckDBPyConnection, as_of: str | None
) -> list[Mart]:
    """
    The run history as tables of schema operations; this run is published in it, which makes it the
    stamp of the version.
    """
    for name in IN_HISTORY:
        connection.execute(f"create table published.operations.{name} as from history.{name}")
    connection.execute(
        """update published.operations.pipeline_runs set
            status = 'published', version = run_id, as_of_date = ?,
            finished_at = cast(now() as timestamp),
            seconds = round(epoch(cast(now() as timestamp)) - epoch(started_at), 3)
        where run_id = ?""",
        [as_of, settings.run_id],
    )
    slowest = SLOWEST_MODELS.read_text(encoding="utf-8")
    connection.execute(f"create table published.operations.rpt_slowest_models as {slowest}")
    columns = TABLES["relationships"].definition
    connection.execute(f"create table published.operations.relationships ({columns})")
    if keys := relationships(settings):
        connection.executemany(
            "insert into published.operations.relationships values (?, ?, ?, ?)", keys
        )
    return [
        Mart(
            "operations",
            name,
            table.description,
            tuple((column, *stated) for column, stated in table.columns.items()),
        )
        for name, table in TABLES.items()
    ]


def describe(connection: duckdb.DuckDBPyConnection, mart: Mart) -> None:
    """Puts the descriptions of the project into the file, where BI tools show them."""
    table = f"published.{mart.place}"
    connection.execute(f"comment on table {table} is '{quoted(mart.description)}'")
    for name, _, description in mart.columns:
        connection.execute(f"comment on column {table}.\"{name}\" is '{quoted(description)}'")


def _parquet(folder: Path, mart: Mart) -> Path:
    return folder / "parquet" / f"{mart.name}.parquet"

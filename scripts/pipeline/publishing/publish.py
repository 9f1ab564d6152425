"""Step publish: the audited marts as a new version, whole, and then one atomic rename."""

import os
import shutil
from pathlib import Path

import duckdb

from pipeline.core import access
from pipeline.core.errors import InternalError, first_line
from pipeline.core.settings import Settings
from pipeline.core.sql import quoted
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
from pipeline.engines.marts import Mart, attach_statements, files_of, models, relationships
from pipeline.publishing import spark_readers
from pipeline.records.history import IN_HISTORY, TABLES
from pipeline.records.published import Publication, count

SLOWEST_MODELS = Path(__file__).with_name("rpt_slowest_models.sql")


def publish(settings: Settings, as_of: str | None, built_from: str | None = None) -> Publication:
    """
    Writes versions/<run_id>, with schemas of its own in Spark's catalogue where that has readers, then
    puts it under `current`; readers of the old version are not disturbed.
    """
    unfinished = settings.versions_dir / f".{settings.run_id}.unfinished"
    folder = settings.versions_dir / settings.run_id
    try:
        remove_unfinished(settings)
        (unfinished / "parquet").mkdir(parents=True)
        rows = write_version(settings, unfinished, as_of)
        if settings.data_docs_dir.is_dir():
            shutil.copytree(settings.data_docs_dir, unfinished / "data_docs")
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
    return Publication(folder, rows)


def write_version(settings: Settings, folder: Path, as_of: str | None) -> dict[str, int]:
    """
    The DuckDB file and the Parquet files of a version; returns the rows per table, read back from
    the file.
    """
    path = folder / DATABASE
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        for statement in attach_statements(settings):
            connection.execute(statement)
        connection.execute(f"set temp_directory = '{quoted(folder / 'spill')}'")
        connection.execute(
            f"attach '{quoted(path)}' as published (storage_version '{STORAGE_VERSION}')"
        )
        for schema in ("marts", "operations"):
            connection.execute(f"create schema published.{schema}")
        marts, in_files = models(settings), files_of(connection, settings)
        connection.execute("begin")  # one commit: after each the file is synced
        for mart in marts:
            parquet = _parquet(folder, mart)
            if mart.key in in_files:
                same_file(in_files[mart.key], parquet)
            else:
                connection.execute(f"copy {mart.place} to '{quoted(parquet)}' ({PARQUET})")
            copy_mart(connection, mart, parquet)
        connection.execute("commit")
        of_history = copy_history(settings, connection, as_of)
        tables = marts + of_history
        connection.execute("begin")  # else the file is synced after each of many hundred comments
        for mart in tables:
            describe(connection, mart)
        connection.execute("commit")
        rows = {mart.place: count(connection, f"published.{mart.place}") for mart in tables}
        run_rows = sum(rows.values())
        connection.execute(
            "update published.operations.pipeline_runs set rows = ? where run_id = ?",
            [run_rows, settings.run_id],
        )
        for table in of_history:
            connection.execute(
                f"copy published.{table.place} to '{quoted(_parquet(folder, table))}' ({PARQUET})"
            )
        lost = copies_that_lost_rows(connection, marts, folder, rows)
        connection.execute("detach published")
    shutil.rmtree(folder / "spill", ignore_errors=True)
    if lost:
        raise InternalError(
            f"The copy of {', '.join(lost)} has not the rows of the build.", "Start again."
        )
    return rows


def same_file(there: Path, path: Path) -> None:
    """The file of a mart once more: under two names where the file system can, else as a copy."""
    try:
        os.link(there, path)
    except OSError:
        shutil.copyfile(there, path)


def copy_mart(connection: duckdb.DuckDBPyConnection, mart: Mart, parquet: Path) -> None:
    """
    Writes the table of a mart, from its file. Keys are nearly all different: that a dictionary of them does not pay DuckDB
    need not find out, which is an eighth of the time of the largest tables.
    """
    keys = mart.unique | random_texts(connection, parquet)

    def is_key(name: str, kind: str) -> bool:
        return name in keys and kind == "VARCHAR"

    columns = ", ".join(
        f'"{name}" {kind}' + (" using compression fsst" if is_key(name, kind) else "")
        for name, kind in connection.execute(
            f"select column_name, column_type from (describe {mart.place})"
        ).fetchall()
    )
    connection.execute(f"create table published.{mart.place} ({columns})")
    connection.execute(f"insert into published.{mart.place} from read_parquet('{quoted(parquet)}')")


def random_texts(connection: duckdb.DuckDBPyConnection, parquet: Path) -> set[str]:
    """The text columns of a file for which its writer has kept no dictionary, and of which zstd has left a lot."""
    rows = connection.execute(
        f"""select path_in_schema from parquet_metadata('{quoted(parquet)}')
        where type = 'BYTE_ARRAY'
        group by path_in_schema
        having not bool_or(contains(encodings, 'DICTIONARY'))
            and sum(total_compressed_size) > 0.4 * sum(total_uncompressed_size)"""
    ).fetchall()
    return {name for (name,) in rows}


def copies_that_lost_rows(
    connection: duckdb.DuckDBPyConnection, marts: list[Mart], folder: Path, rows: dict[str, int]
) -> list[str]:
    """
    The marts of which the Parquet file has other rows than the table, or the table than the build;
    where the build has a view, to count is to compute all of it again.
    """
    computed = connection.execute(
        "select schema_name || '.' || view_name from duckdb_views() where database_name = 'build'"
    ).fetchall()
    lost = []
    for mart in marts:
        sources = [f"read_parquet('{quoted(_parquet(folder, mart))}')"]
        if (mart.place,) not in computed:
            sources.append(mart.place)
        if any(count(connection, source) != rows[mart.place] for source in sources):
            lost.append(mart.name)
    return lost


def copy_history(
    settings: Settings, connection: duckdb.DuckDBPyConnection, as_of: str | None
) -> list[Mart]:
    """
    The run history as tables of schema operations; this run stands in it as published, which makes
    it the stamp.
    """
    connection.execute(f"attach '{quoted(settings.history_database)}' as history (read_only)")
    for name in IN_HISTORY:
        connection.execute(f"create table published.operations.{name} as from history.{name}")
    connection.execute("detach history")
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

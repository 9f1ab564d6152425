"""
Publishes versions to readers who use Spark SQL. In Spark's catalogue each version has its own schemas
(`marts_<version>`, `operations_<version>`: external tables over the version's Parquet files). Readers use the
views in `published_marts` and `published_operations`, which keep their names and read one version.

The catalogue has no transaction over several views, so they are switched one after the other. The view
`published_operations.published_version` says before and after whether the switch is complete. A file has the
same information without Spark. After a crash it says which version is incomplete, and the next run or
rollback continues from there.
"""

import datetime
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import duckdb

from pipeline.core import versions
from pipeline.core.errors import InputError, InternalError
from pipeline.core.settings import Settings
from pipeline.core.versions import DATABASE, cluster_tables, sync
from pipeline.engines.catalogue import Catalogue, columns_of, text
from pipeline.engines.marts import PUBLISHED_SCHEMAS, Mart
from pipeline.engines.spark_session import address, is_cluster

# The version that the views show, and whether all of them do.
STAMP = "published_version"


@dataclass(frozen=True)
class Seen:
    """
    The version that Spark's views show (None before the first), the one that they are being switched to, every version
    of which there may be schemas, and the cluster that has them (empty: Spark in process).
    """

    version: str | None = None
    switching_to: str | None = None
    versions: tuple[str, ...] = ()
    cluster: str = ""


def state_file(settings: Settings) -> Path:
    """Where it is recorded, beside the tables of the Spark warehouse: who removes those removes it."""
    return settings.spark_warehouse / "published.json"


def seen(settings: Settings) -> Seen | None:
    """What Spark's readers see, as recorded; None where nothing was ever published to Spark."""
    path = state_file(settings)
    if not path.is_file():
        return None
    stated = json.loads(path.read_text(encoding="utf-8"))
    return Seen(**{**stated, "versions": tuple(stated["versions"])})


def are_served(settings: Settings) -> bool:
    """Whether this warehouse publishes to Spark: its target is Spark, or was in an earlier run."""
    return settings.target == "spark" or state_file(settings).is_file()


def are_on_cluster(settings: Settings) -> bool:
    """Whether the readers of this warehouse use a cluster."""
    now = seen(settings)
    return now is not None and now.cluster != ""


def are_in_step(settings: Settings) -> bool:
    """Whether Spark's readers see the current version whole, and no schema of a removed one."""
    current = versions.current_version(settings)
    if current is None or not are_served(settings):
        return True
    now = seen(settings) or Seen()
    kept = versions.kept_versions(settings)
    return (now.version, now.switching_to) == (current, None) and {*now.versions} <= {*kept}


def in_words(settings: Settings) -> str:
    """What Spark's readers see, in a sentence; empty where there are none."""
    now = seen(settings)
    if now is None:
        return ""
    if now.switching_to:
        return f"between versions {now.version or 'none'} and {now.switching_to}: the next run ends that"
    if now.version is None:
        return "no version yet"
    current = versions.current_version(settings)
    late = (
        "" if now.version == current else f", not {current}: the next run, or a rollback, switches"
    )
    return f"version {now.version}{late}"


def schema_of(schema: str, version: str) -> str:
    """The schema of a version in Spark's catalogue, whose names are lower-case and without hyphens."""
    return f"{schema}_{version.lower().replace('-', '_')}"


def check_cluster(settings: Settings) -> None:
    """Stops if the readers of this warehouse are on another cluster than the profile names, which could not be switched."""
    now = seen(settings)
    if now and now.versions and now.cluster != address(settings):
        raise InputError(
            f"The readers of {settings.warehouse_dir} use {now.cluster or 'Spark in process'}; target spark of"
            f" profiles.yml is {address(settings) or 'Spark in process'}.",
            "Name their cluster in profiles.yml, or set WAREHOUSE_DIR to another folder. If it is gone or was renamed,"
            f" delete {state_file(settings)}: the next run publishes to the new one.",
        )


def announce(settings: Settings, version: str) -> None:
    """Records that there may be schemas of a version, before they are made, so that they can be removed."""
    now = replace(seen(settings) or Seen(), cluster=address(settings))
    record(settings, replace(now, versions=tuple(sorted({*now.versions, version}))))


def prepare(settings: Settings, version: str) -> None:
    """
    Makes the schemas of a version, which readers do not see yet; what is there already stays. On a cluster the
    publication has filled them.
    """
    folder = settings.versions_dir / version
    announce(settings, version)
    catalogue = Catalogue(settings)
    there = {
        (schema, name)
        for schema in PUBLISHED_SCHEMAS
        for name in catalogue.tables(schema_of(schema, version))
    }
    missing = [table for table in tables_of(folder) if (table.schema, table.name) not in there]
    if missing and is_cluster(settings):
        raise InternalError(
            f"{schema_of(missing[0].schema, version)}.{missing[0].name} of version {version} is not on the cluster.",
            "Roll back to another version, or run with --force to publish a new one.",
        )
    for schema in PUBLISHED_SCHEMAS if missing else ():
        catalogue.run(f"create schema if not exists {schema_of(schema, version)}")
    for table in missing:
        catalogue.run(table_statement(table, folder, version))


def switch(settings: Settings) -> str:
    """Puts the views on the current version; returns what was done, in words."""
    version = versions.current_version(settings)
    assert version is not None
    # Nothing to make but after a run that died, or a version that another release has published.
    prepare(settings, version)
    now = seen(settings) or Seen()
    tables = tables_of(settings.versions_dir / version)
    catalogue = Catalogue(settings)
    record(settings, replace(now, switching_to=version))
    for schema in PUBLISHED_SCHEMAS:
        catalogue.run(f"create schema if not exists published_{schema}")
    catalogue.run(stamp_statement(version, is_whole=False))
    for table in tables:
        catalogue.run(view_statement(table, version))
    for schema in PUBLISHED_SCHEMAS:
        wanted = {table.name for table in tables if table.schema == schema} | {STAMP}
        for view in catalogue.views(f"published_{schema}") - wanted:
            catalogue.run(f"drop view published_{schema}.`{view}`")
    catalogue.run(stamp_statement(version, is_whole=True))
    record(settings, replace(now, version=version, switching_to=None))
    return f"{len(tables)} views of published_marts and published_operations: {version}"


def drop_removed(settings: Settings) -> list[str]:
    """Drops the schemas of versions that are not kept any more; returns those versions."""
    now = seen(settings)
    kept = versions.kept_versions(settings)
    removed = [name for name in now.versions if name not in kept] if now else []
    if now and removed:
        catalogue = Catalogue(settings)
        for version in removed:
            for schema in PUBLISHED_SCHEMAS:
                catalogue.run(f"drop schema if exists {schema_of(schema, version)} cascade")
        still = tuple(name for name in now.versions if name not in removed)
        record(settings, replace(now, versions=still))
    return removed


def record(settings: Settings, now: Seen) -> None:
    """Writes the state, whole: it must be true at whatever moment the process dies."""
    path = state_file(settings)
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(f".{path.name}")
    new.write_text(json.dumps(asdict(now)), encoding="utf-8")
    sync(new)
    new.replace(path)
    sync(path.parent)


def tables_of(folder: Path) -> list[Mart]:
    """The tables of a version with Spark's types and descriptions: those of its DuckDB file, unless they are on a cluster."""
    if on_cluster := cluster_tables(folder):
        return [
            Mart(table["schema"], table["name"], table["description"], ()) for table in on_cluster
        ]
    found: dict[tuple[str, str, str], list[tuple[str, str, str]]] = {}
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            """select schema_name, table_name, coalesce(tables.comment, ''), column_name, data_type,
                coalesce(columns.comment, '')
            from duckdb_columns() as columns
            inner join duckdb_tables() as tables using (schema_name, table_name)
            order by schema_name, table_name, column_index"""
        ).fetchall()
    for schema, table, comment, *column in rows:
        if schema in PUBLISHED_SCHEMAS:
            found.setdefault((schema, table, comment), []).append((column[0], column[1], column[2]))
    return [Mart(*key, tuple(columns)) for key, columns in found.items()]


def table_statement(table: Mart, folder: Path, version: str) -> str:
    """An external table over a Parquet file, in the types of the contract: the file has times without a zone."""
    place = str(folder / "parquet" / f"{table.name}.parquet")
    return (
        f"create table {schema_of(table.schema, version)}.`{table.name}` ({columns_of(table.columns)})"
        f" using parquet location {text(place)} comment {text(table.description)}"
    )


def view_statement(table: Mart, version: str) -> str:
    """The view of a table, on one version."""
    return (
        f"create or replace view published_{table.schema}.`{table.name}` comment"
        f" {text(table.description)} as select * from {schema_of(table.schema, version)}.`{table.name}`"
    )


def stamp_statement(version: str, is_whole: bool) -> str:
    """The view that says which version the others show, and where its schemas are."""
    now = datetime.datetime.now(datetime.UTC)
    schemas = ", ".join(
        f"{text(schema_of(schema, version))} as {schema}_schema" for schema in PUBLISHED_SCHEMAS
    )
    return (
        f"create or replace view published_operations.{STAMP} comment 'One row: the version that"
        " the views of published_marts and published_operations show; is_whole is false while they are"
        f" being switched to it.' as select {text(version)} as version, {schemas},"
        f" {str(is_whole).lower()} as is_whole, timestamp '{now:%Y-%m-%d %H:%M:%S} UTC' as switched_at"
    )

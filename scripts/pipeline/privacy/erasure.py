"""
Step erase: removes every byte of erased people from the build database, the new version and the
versions that are kept. Files are rewritten, because DuckDB's DELETE leaves the bytes in the file. The
raw data belong to the user: erase there too, or the next build reads them again.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.core import access, versions
from pipeline.core.errors import InternalError, first_line
from pipeline.core.settings import Settings
from pipeline.core.sql import limits, quoted
from pipeline.core.versions import DATABASE, PARQUET, STORAGE_VERSION, sync, sync_tree
from pipeline.engines import marts
from pipeline.privacy.storage import (
    Register,
    Table,
    copy_tables,
    tables_of,
    views_on,
    without_names,
)

# A file beside a version that was searched: the hash of the erased people it was searched for.
SEARCHED_FOR = "erased.sha256"
# Rows of marts stay without the person, so that totals stay the same. The person's own row goes.
PERSONS_OWN = {("marts", "dim_people")}
IDENTIFIERS = ("intermediate", "int_person_identifiers")


@dataclass(frozen=True)
class Erased:
    """All identifiers of the erased: of persons, and of devices, which are in marts only."""

    persons: frozenset[str]
    devices: frozenset[str]

    @property
    def fingerprint(self) -> str:
        """A hash of the identifiers, which does not reveal them."""
        parts = [*sorted(self.persons), "", *sorted(self.devices)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def __bool__(self) -> bool:
        return bool(self.persons or self.devices)


def to_erase(settings: Settings, as_of: str, salt: str) -> Erased:
    """
    The identifiers of everyone with an erasure request in force: what the request names, and everything
    that identity resolution found to be the same person.
    """
    nobody = Erased(frozenset(), frozenset())
    there = marts.tables_there(settings)
    if settings.target != "duckdb" or ("canonical", "privacy_requests") not in there:
        return nobody
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        requests = connection.execute(
            "select subject_type, lower(trim(subject_id)), trim(subject_id)"
            " from canonical.privacy_requests where request_type = 'erase'"
            " and effective_at < cast(? as date) + interval 1 day",
            [as_of],
        ).fetchall()
        named = {subject for kind, *texts in requests if kind != "device" for subject in texts}
        devices = {text for kind, _, text in requests if kind == "device"}
        known = set()
        if named and IDENTIFIERS in there:
            known = same_persons(connection, sorted(named), salt)
    emails = {text for kind, text, _ in requests if kind == "email"}
    hashes = {hashlib.sha256(f"{salt}{email}".encode()).hexdigest() for email in emails}
    # A session without a known person carries the hash of its device.
    of_devices = {hashlib.md5(device.encode()).hexdigest() for device in devices}
    return Erased(frozenset(named | known | hashes), frozenset(devices | of_devices))


def same_persons(connection: duckdb.DuckDBPyConnection, named: list[str], salt: str) -> set[str]:
    """Every key, email, hash and id of the persons that one of the names belongs to."""
    rows = connection.execute(
        """with erased as (
            select distinct person_key from intermediate.int_person_identifiers
            where identifier_type in ('email', 'crm') and identifier in (select unnest(?))
        )
        select identifiers.identifier_type, identifiers.identifier,
            identifiers.person_key, identifiers.identifier_key
        from intermediate.int_person_identifiers as identifiers
        inner join erased using (person_key)""",
        [named],
    ).fetchall()
    found = {text for _, *texts in rows for text in texts}
    emails = {text for kind, text, *_ in rows if kind == "email"}
    return found | {hashlib.sha256(f"{salt}{email}".encode()).hexdigest() for email in emails}


def erase(settings: Settings, erased: Erased) -> int:
    """Erases in everything that this run built; returns how many tables named an erased person."""
    concerned = erase_in_files(settings, erased) + erase_in_build(settings, erased)
    if concerned:
        compute_views_anew(settings)
    return concerned


def erase_in_build(settings: Settings, erased: Erased) -> int:
    """
    Writes the build database anew without the rows that name an erased person (in its marts,
    without what names them); returns how many tables that concerned. A build reads them again from
    the raw data as long as they are there.
    """
    path = settings.build_database
    new = path.with_name(f".{path.name}.erased")
    with rewritten(path, new) as connection:
        # The events of a device are incremental left of the marts: there, only persons are looked for.
        persons = Register(connection, "persons", erased.persons)
        everybody = Register(connection, "everybody", erased.persons | erased.devices)

        def register_for(table: Table) -> Register:
            return everybody if is_published(table) else persons

        found = {
            table: register_for(table.key).columns_with(table) for table in tables_of(connection)
        }
        concerned = sum(bool(columns) for columns in found.values())
        if concerned:
            copy_tables(connection, found, register_for, keeps_rows)
        views = connection.execute(
            "select schema_name, view_name, sql from duckdb_views()"
            " where database_name = 'old' and not internal"
        ).fetchall()
    if not concerned:
        new.unlink()
        return 0
    new.replace(path)
    sync(path.parent)
    create_views(path, views)
    return concerned


def erase_in_files(settings: Settings, erased: Erased) -> int:
    """
    Writes the files anew of marts that name an erased person, but for views; returns how many. Before the build
    database is written anew, whose views stand on them.
    """
    concerned = 0
    views = {mart.key for mart, _ in marts.views(settings)}
    with writing_files(settings) as connection:
        files = marts.files_of(connection, settings)
        searched = {mart: path for mart, path in files.items() if mart not in views}
        everybody = Register(connection, "everybody", erased.persons | erased.devices)
        for table in views_on(connection, searched):
            texts = everybody.columns_with(table)
            if texts:
                concerned += 1
                kept = without_names(table, texts, everybody, keeps_rows(table.key))
                write_parquet(connection, kept, files[table.key])
    return concerned


def compute_views_anew(settings: Settings) -> None:
    """
    Rewrites the files of marts that are views from the tables of the build, which no longer name an erased person. That
    is faster than searching millions of rows.
    """
    with writing_files(settings) as connection:
        files = marts.files_of(connection, settings)
        for mart, query in marts.views(settings):
            if mart.key in files:
                columns = ", ".join(f'"{name}"' for name, *_ in mart.columns)
                write_parquet(connection, f"select {columns} from ({query})", files[mart.key])


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Writes the file of a mart; who has the old one open, or under another name, keeps it."""
    connection.execute(f"copy ({query}) to '{quoted(path)}' ({PARQUET}, use_tmp_file true)")


def keeps_rows(table: Table) -> bool:
    """
    Whether the rows of a table stay, and forget: in the marts and in what some of them are views
    of, but for the person's own row. What is raw or canonical is the person's own.
    """
    schema = table[0]
    return table not in PERSONS_OWN and not schema.startswith(("raw_", "staging", "canonical"))


def is_published(table: Table) -> bool:
    """Whether a table is published."""
    return table[0] in marts.PUBLISHED_SCHEMAS


def create_views(path: Path, views: list[tuple[str, str, str]]) -> None:
    """
    Creates views (schema, name and statement) that may stand on each other, in whatever order they come.
    A schema may hold nothing else: files that are read in place are views.
    """
    with duckdb.connect(str(path)) as connection:
        for schema in sorted({schema for schema, *_ in views}):
            connection.execute(f'create schema if not exists "{schema}"')
        refused: dict[tuple[str, str, str], str] = dict.fromkeys(views, "")
        while refused:
            tried, refused = refused, {}
            for view in tried:
                try:
                    connection.execute(view[2])
                except duckdb.Error as error:
                    refused[view] = first_line(error)
            if len(refused) == len(tried):
                break
    # Of another view, what it stands on is gone; dbt creates all of them anew in each build.
    for (schema, name, _), problem in refused.items():
        if schema in marts.PUBLISHED_SCHEMAS:
            raise InternalError(
                f"After an erasure view {schema}.{name} could not be made again: {problem}",
                "Start again with --full-refresh; if it repeats, that is a fault of the project.",
            )


def erase_in_kept_versions(settings: Settings, erased: Erased) -> list[str]:
    """Writes each kept version that names an erased person anew; returns those."""
    changed = []
    for name in versions.kept_versions(settings):
        folder = settings.versions_dir / name
        if name != settings.run_id and erase_in_version(settings, folder, erased):
            changed.append(name)
    return changed


def erase_in_version(settings: Settings, folder: Path, erased: Erased) -> bool:
    """One version: searched once for the same persons, and written anew where they are found."""
    searched = folder / SEARCHED_FOR
    if searched.is_file() and searched.read_text().strip() == erased.fingerprint:
        return False
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / "parquet").mkdir(parents=True)
    with rewritten(folder / DATABASE, unfinished / DATABASE) as connection:
        everybody = Register(connection, "everybody", erased.persons | erased.devices)
        found = {table: everybody.columns_with(table) for table in tables_of(connection)}
        concerned = any(found.values())
        if concerned:
            copy_tables(connection, found, lambda _: everybody, keeps_rows)
            for table in found:
                target = quoted(unfinished / "parquet" / f"{table.name}.parquet")
                connection.execute(f"copy new.{table.place} to '{target}' ({PARQUET})")
    if not concerned:
        shutil.rmtree(unfinished)
        searched.write_text(f"{erased.fingerprint}\n")
        return False
    for path in folder.iterdir():
        if path.is_file() and path.name not in (DATABASE, SEARCHED_FOR):
            shutil.copy(path, unfinished)
    if (folder / "data_docs").is_dir():
        shutil.copytree(folder / "data_docs", unfinished / "data_docs")
    (unfinished / SEARCHED_FOR).write_text(f"{erased.fingerprint}\n")
    access.open_to_readers(settings, unfinished)
    sync_tree(unfinished)
    old = folder.with_name(f".{folder.name}.old.unfinished")
    folder.rename(old)
    unfinished.rename(folder)
    shutil.rmtree(old)
    sync(settings.versions_dir)
    return True


@contextmanager
def rewritten(old: Path, new: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a file to read (`old`) and one to write (`new`)."""
    new.unlink(missing_ok=True)
    try:
        with writing_anew(old, new.with_suffix(".spill")) as connection:
            connection.execute(f"attach '{quoted(old)}' as old (read_only)")
            connection.execute(
                f"attach '{quoted(new)}' as new (storage_version '{STORAGE_VERSION}')"
            )
            yield connection
    except InternalError:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def writing_files(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to write files of marts with; it has the build database, as `build`."""
    with writing_anew(settings.mart_files_dir, settings.spill_dir) as connection:
        connection.execute("set timezone = 'UTC'")  # as dbt has it
        connection.execute(f"attach '{quoted(settings.build_database)}' as build (read_only)")
        yield connection


@contextmanager
def writing_anew(what: Path, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to write a file or a folder anew with; what goes wrong says which of them."""
    try:
        with duckdb.connect() as connection:
            connection.execute("; ".join(limits(spill)))
            connection.execute("set preserve_insertion_order = false")
            yield connection
    except (duckdb.Error, OSError) as error:
        raise InternalError(
            f"{what} could not be written anew, for an erasure: {error}",
            "Check the disk under WAREHOUSE_DIR, then start again.",
        ) from error

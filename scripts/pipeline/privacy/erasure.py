"""
Erasure of people. dbt replaces the identifiers of erased people where data enter
(models/canonical/erased_identifiers.sql), so no table of a build holds them. But DuckDB keeps the bytes of replaced
tables in its file, and incremental tables keep rows of earlier builds. So the first build after a request starts with
new files.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core import console
from pipeline.core.errors import InputError
from pipeline.core.settings import Settings
from pipeline.engines import marts
from pipeline.inputs.find import Inputs
from pipeline.records import history

# The columns by which a raw table of privacy requests is recognised.
REQUEST = {"subject_type", "subject_id", "request_type"}
# What to do with versions that were published before a request, by var erasure_of_kept_versions.
REWRITE, DROP = KEPT_VERSIONS = ("rewrite", "drop")


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
    if ("canonical", "erased_identifiers") not in marts.tables_there(settings):
        return set()
    with duckdb.connect() as connection:
        for statement in marts.attach_statements(settings):
            connection.execute(statement)
        rows = connection.execute("select identifier_key from canonical.erased_identifiers")
        return {str(key) for (key,) in rows.fetchall()}


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

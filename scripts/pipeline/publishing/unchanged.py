"""
What has changed since an earlier run: whether this run would build what is published already, and
whether incremental models were filled by today's SQL from today's source.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import duckdb

from pipeline.core import console, versions
from pipeline.core.settings import Settings
from pipeline.inputs.dbt_vars import RELOAD_VARS
from pipeline.inputs.find import Inputs
from pipeline.records import history
from pipeline.records.published import rows_by_table

# All that decides what a build makes of its raw data.
PROJECT_FILES = (
    "dbt_project.yml",
    "requirements.lock",
    "models/**/*",
    "macros/**/*",
    "seeds/**/*",
    "tests/dbt/**/*",
    "scripts/pipeline/**/*",
    "scripts/customer_value/**/*.py",
)

# What decides which rows an incremental model makes of given raw rows. The models themselves compare
# vars and rules.
SQL_FILES = ("requirements*.lock", "models/**/*.sql", "macros/**/*.sql")


def content_hash(settings: Settings, patterns: Iterable[str], *more: str) -> str:
    """One hash of the names and contents of project files, and of some texts."""
    parts = hashlib.sha256("\0".join(more).encode())
    for pattern in patterns:
        for path in sorted(settings.project_dir.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                parts.update(f"{path.relative_to(settings.project_dir)}\0".encode())
                parts.update(hashlib.sha256(path.read_bytes()).digest())
    return parts.hexdigest()


def fingerprint(settings: Settings, found: Inputs) -> str | None:
    """
    One hash of all that a build reads; None where the raw data are tables of a database, which do
    not tell when they change. Files of the project count by their content, raw files, which may be
    large, by path, size and time of change.
    """
    if any(table.relation for table in found.tables):
        return None
    dbt_vars = {name: value for name, value in found.dbt_vars.items() if name not in RELOAD_VARS}
    given = [settings.target, dbt_vars, str(settings.profiles_dir)]
    # The demo company's raw files are files of the project.
    delivered = sorted(settings.raw_location.rglob("*")) if settings.raw_location else []
    raw = [(path, path.stat()) for path in delivered if path.is_file()]
    states = [f"{path} {state.st_size} {state.st_mtime_ns}" for path, state in raw]
    told = json.dumps(given, default=str, sort_keys=True)
    return content_hash(settings, PROJECT_FILES, told, *states)


def published_from(settings: Settings, built_from: str | None) -> dict[str, int] | None:
    """The rows of the current version, if exactly this fingerprint led to it and all of it is there."""
    if built_from is None or versions.built_from(settings.current) != built_from:
        return None
    try:
        rows = rows_by_table(settings.current)
    except duckdb.Error:
        return None
    if versions.cluster_tables(settings.current):
        return rows
    parquet = {path.stem for path in (settings.current / "parquet").glob("*.parquet")}
    return rows if parquet >= {name.split(".")[1] for name in rows} else None


def rolled_back_from(settings: Settings, built_from: str | None) -> str | None:
    """
    The version that was rolled back and that this run would build again: it is kept, was published,
    is newer than `current`, and was built from the same fingerprint.
    """
    current = versions.current_version(settings)
    if built_from is None or current is None:
        return None
    newer = [name for name in versions.kept_versions(settings) if name > current]
    published = history.published(settings)
    for name in newer:
        folder = settings.versions_dir / name
        if name in published and versions.built_from(folder) == built_from:
            return name
    return None


def full_refresh_if_changed(settings: Settings) -> Settings:
    """
    The settings, with a full refresh if other SQL or another source has filled the tables: no test
    could tell the rows that incremental models keep from earlier runs from today's.
    """
    if settings.full_refresh:
        return settings
    record = record_of(settings)
    if record.exists() and record.read_text(encoding="utf-8") == sql_hash(settings):
        return settings
    if settings.built_in.exists():
        console.log(
            "preflight",
            "there is no complete build of this source by the project's current SQL: all tables are"
            " built anew",
        )
    history.update_run(settings, is_full_refresh=True)
    return replace(settings, full_refresh=True)


def forget_build(settings: Settings) -> None:
    """Before a full refresh: until it has ended, the tables are a mixture."""
    record_of(settings).unlink(missing_ok=True)


def remember_build(settings: Settings) -> None:
    """After a whole build: its tables are of today's SQL and source."""
    record_of(settings).write_text(sql_hash(settings), encoding="utf-8")


def sql_hash(settings: Settings) -> str:
    """A hash of the source, of all SQL of the project and of the locked versions of what runs it."""
    return content_hash(settings, SQL_FILES, settings.source)


def record_of(settings: Settings) -> Path:
    """The file with the hash of the last whole build, beside what it was built into."""
    return settings.warehouse_dir / f"sql_of_{settings.target}_build"

"""
Whether the build database, or the Spark warehouse, was filled by today's SQL from today's source.

Incremental models keep the rows of earlier runs. Rows that other SQL, another version of an engine or
another source has left would be mixed with today's, and no test could tell them apart. So everything
is built anew where the project or the source has changed.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from pipeline.core import console
from pipeline.core.settings import Settings
from pipeline.records import history

# What decides which rows an incremental model makes of given raw rows; vars and rules are compared by the models.
SQL_FILES = ("requirements*.lock", "models/**/*.sql", "macros/**/*.sql")


def full_refresh_if_changed(settings: Settings) -> Settings:
    """The settings, with a full refresh where other SQL or another source has filled the tables."""
    if settings.full_refresh:
        return settings
    record = record_of(settings)
    known = record.read_text(encoding="utf-8") if record.exists() else None
    if known == sql_hash(settings):
        return settings
    if settings.built_in.exists():
        console.log(
            "preflight",
            "no whole build of this source by the project's SQL of today is there: all tables are"
            " built anew",
        )
    history.enter_full_refresh(settings)
    return replace(settings, full_refresh=True)


def forget(settings: Settings) -> None:
    """Before a full refresh: until it has ended, the tables are a mixture."""
    record_of(settings).unlink(missing_ok=True)


def remember(settings: Settings) -> None:
    """After a whole build: its tables are of today's SQL and source."""
    record_of(settings).write_text(sql_hash(settings), encoding="utf-8")


def sql_hash(settings: Settings) -> str:
    """A hash of the source, of all SQL of the project and of the locked versions of what runs it."""
    parts = hashlib.sha256(f"{settings.source}\0".encode())
    for pattern in SQL_FILES:
        for path in sorted(settings.project_dir.glob(pattern)):
            parts.update(f"{path.relative_to(settings.project_dir)}\0".encode())
            parts.update(hashlib.sha256(path.read_bytes()).digest())
    return parts.hexdigest()


def record_of(settings: Settings) -> Path:
    """Where the hash of the last whole build is kept, beside what it was built into."""
    return settings.warehouse_dir / f"sql_of_{settings.target}_build"

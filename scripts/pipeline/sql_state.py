"""
Whether the build database, or the Spark warehouse, was filled by the SQL of today.

Incremental models keep the rows of earlier runs. What other SQL, or another version of an engine, has
made of the same events would stand beside today's rows, and no test could tell: so everything is built
anew where the project has changed.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

from pipeline import console, history
from pipeline.settings import Settings

# What decides which rows an incremental model makes of given raw rows; vars and rules are compared by the models.
SQL_FILES = ("requirements*.lock", "models/**/*.sql", "macros/**/*.sql")


def full_refresh_if_changed(settings: Settings) -> Settings:
    """The settings, with a full refresh where other SQL has filled the tables that are there."""
    if settings.full_refresh:
        return settings
    record = record_of(settings)
    known = record.read_text(encoding="utf-8") if record.exists() else None
    if known == sql_hash(settings):
        return settings
    if settings.built_in.exists():
        console.log(
            "preflight",
            "no whole build by the project's SQL of today is there: all tables are built anew",
        )
    history.enter_full_refresh(settings)
    return replace(settings, full_refresh=True)


def forget(settings: Settings) -> None:
    """Before a full refresh: until it has ended, the tables are of no one SQL."""
    record_of(settings).unlink(missing_ok=True)


def remember(settings: Settings) -> None:
    """After a whole build: its tables are of today's SQL."""
    record_of(settings).write_text(sql_hash(settings), encoding="utf-8")


def sql_hash(settings: Settings) -> str:
    """A hash of all SQL of the project and of the locked versions of what runs it."""
    parts = hashlib.sha256()
    for pattern in SQL_FILES:
        for path in sorted(settings.project_dir.glob(pattern)):
            parts.update(f"{path.relative_to(settings.project_dir)}\0".encode())
            parts.update(hashlib.sha256(path.read_bytes()).digest())
    return parts.hexdigest()


def record_of(settings: Settings) -> Path:
    """Where the hash of the last whole build is kept, beside what it was built into."""
    return settings.warehouse_dir / f"sql_of_{settings.target}_build"

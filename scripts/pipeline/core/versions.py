"""
The published versions: which are kept, which one `current` is, and how another takes its place.
"""

import os
import shutil
from pathlib import Path

from pipeline.core.settings import Settings

# The fingerprint of what a version was built from (module unchanged).
BUILT_FROM = "built_from.sha256"


DATABASE = "revenue.duckdb"


# How a Parquet file is written. As in macros/engine/mart_file.sql, which says why.
PARQUET = "format parquet, compression zstd, compression_level 1, dictionary_size_limit 5000"


def current_version(settings: Settings) -> str | None:
    """The run id of the version that readers see; None where nothing is published."""
    if not settings.current.is_symlink() or not settings.current.exists():
        return None
    return settings.current.resolve().name


def kept_versions(settings: Settings) -> list[str]:
    """The versions that are kept, oldest first; what is hidden is unfinished."""
    if not settings.versions_dir.is_dir():
        return []
    return sorted(
        path.name
        for path in settings.versions_dir.iterdir()
        if path.is_dir() and not path.name.startswith(".")
    )


def built_from(folder: Path) -> str | None:
    """The fingerprint of what a version was built from; None where it states none."""
    stated = folder / BUILT_FROM
    return stated.read_text().strip() if stated.is_file() else None


def switch(settings: Settings, folder: Path) -> None:
    """
    Points `current` at a version, by one rename: a reader sees the old whole or the new whole.
    """
    link = settings.warehouse_dir / f".current-{settings.run_id}"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(settings.warehouse_dir))
    link.replace(settings.current)
    sync(settings.warehouse_dir)


def remove_unfinished(settings: Settings) -> None:
    """Clears what a run that died while publishing has left."""
    for path in settings.versions_dir.glob(".*.unfinished"):
        shutil.rmtree(path, ignore_errors=True)
    for link in settings.warehouse_dir.glob(".current-*"):
        link.unlink(missing_ok=True)


def discard(settings: Settings, run_ids: list[str]) -> list[str]:
    """
    Removes the versions of runs that died before `current` pointed to them: they were never read, and
    a rollback to them is not allowed. Returns the versions that were removed.
    """
    current = current_version(settings)
    there = [name for name in run_ids if name in kept_versions(settings) and name != current]
    for name in there:
        shutil.rmtree(settings.versions_dir / name, ignore_errors=True)
    return there


def remove_old(settings: Settings) -> list[str]:
    """
    Removes all but the last `keep_versions` versions, never the current one; who has a file open
    keeps it.
    """
    current = current_version(settings)
    others = [name for name in kept_versions(settings) if name != current]
    kept = settings.keep_versions - 1
    removed = others[: max(0, len(others) - kept)]
    for name in removed:
        shutil.rmtree(settings.versions_dir / name, ignore_errors=True)
    return removed


def sync(path: Path) -> None:
    """Makes sure that a file, or the entries of a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Makes sure that all below a folder is on the disk."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


# Readable by every DuckDB from 1.0 on: BI drivers lag behind.
STORAGE_VERSION = "v1.0.0"

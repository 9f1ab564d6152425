"""The published versions on disk: which are kept, which one is `current`, and how it is switched."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from pipeline.core.settings import Settings

# The fingerprint of what a version was built from (publishing/unchanged.py).
BUILT_FROM = "built_from.sha256"
DATABASE = "revenue.duckdb"
# The tables of a version that are on a cluster, with their rows; its DuckDB file has only those of operations.
ON_CLUSTER = "tables_on_cluster.json"
# How Parquet files are written, as in macros/engine/mart_file.sql, which gives the reasons.
PARQUET = "format parquet, compression zstd, compression_level 1, dictionary_size_limit 5000"
# Every DuckDB from 1.0 on can read it; BI drivers are often old.
STORAGE_VERSION = "v1.0.0"


def current_version(settings: Settings) -> str | None:
    """The run id of the version that readers see; None if nothing is published."""
    if not settings.current.is_symlink() or not settings.current.exists():
        return None
    return settings.current.resolve().name


def kept_versions(settings: Settings) -> list[str]:
    """The versions that are kept, oldest first. Hidden folders are unfinished."""
    if not settings.versions_dir.is_dir():
        return []
    folders = [path for path in settings.versions_dir.iterdir() if path.is_dir()]
    return sorted(path.name for path in folders if not path.name.startswith("."))


def built_from(folder: Path) -> str | None:
    """The fingerprint of what a version was built from, if it has one."""
    path = folder / BUILT_FROM
    return path.read_text().strip() if path.is_file() else None


def cluster_tables(folder: Path) -> list[dict[str, Any]]:
    """The tables of a version on a cluster: schema, name, description and rows; none if it is not on one."""
    path = folder / ON_CLUSTER
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return found


def switch(settings: Settings, folder: Path) -> None:
    """Switches `current` to a version with one rename: readers see the old or the new version."""
    link = settings.warehouse_dir / f".current-{settings.run_id}"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(settings.warehouse_dir))
    link.replace(settings.current)
    sync(settings.warehouse_dir)


def remove_unfinished(settings: Settings) -> None:
    """Removes what a run that died while publishing left behind."""
    for path in settings.versions_dir.glob(".*.unfinished"):
        shutil.rmtree(path, ignore_errors=True)
    for link in settings.warehouse_dir.glob(".current-*"):
        link.unlink(missing_ok=True)


def discard(settings: Settings, run_ids: list[str]) -> list[str]:
    """Removes the versions of runs that died before they switched `current`; returns their names."""
    kept = set(kept_versions(settings)) - {current_version(settings)}
    return _remove(settings, [name for name in run_ids if name in kept])


def remove_old(settings: Settings) -> list[str]:
    """Removes all but the newest `keep_versions` versions, never the current one; returns their names."""
    current = current_version(settings)
    others = [name for name in kept_versions(settings) if name != current]
    return _remove(settings, others[: max(0, len(others) - settings.environment.keep_versions + 1)])


def _remove(settings: Settings, names: list[str]) -> list[str]:
    for name in names:
        shutil.rmtree(settings.versions_dir / name, ignore_errors=True)
    return names


def sync(path: Path) -> None:
    """Flushes a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Flushes a folder and everything below it to the disk."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)

"""Checks of the places that a run writes to: warehouse folder, dbt's folders, disk, build database."""

import os
import re
import shutil
from pathlib import Path

import duckdb

from pipeline.core import access
from pipeline.core.errors import (
    AnotherRunError,
    InputError,
    InternalError,
    first_line,
    not_permitted,
)
from pipeline.core.settings import Settings

GIGABYTE = 1024**3


def check_warehouse(settings: Settings, writes: bool = True) -> None:
    """
    Stops if the warehouse folder cannot be created or written to. `writes` creates it and tries;
    otherwise only permissions are checked.
    """
    probe = settings.warehouse_dir / f".writable-{os.getpid()}"
    try:
        if writes:
            missing = [p for p in settings.versions_dir.parents if not p.exists()]
            settings.warehouse_dir.mkdir(parents=True, exist_ok=True)
            for folder in missing:
                access.make_passable(folder, settings)
            probe.write_bytes(b"x")
            probe.unlink()
        elif not os.access(existing(settings.warehouse_dir), os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise InputError(
            f"The warehouse folder {settings.warehouse_dir} cannot be written to:"
            f" {error.strerror or error}.",
            "Make it writable for this user, or set WAREHOUSE_DIR to another folder.",
        ) from error
    if settings.current.exists() and not settings.current.is_symlink():
        raise InputError(
            f"{settings.current} is not a symbolic link, so a run cannot switch it to a new version.",
            "Move it away, or set WAREHOUSE_DIR to another folder.",
        )


def check_dbt_folders(settings: Settings) -> None:
    """Stops if dbt cannot write its own files, as in a checkout of another user."""
    for variable, folder, files in (
        ("DBT_TARGET_PATH", settings.target_path, ("manifest.json", "partial_parse.msgpack")),
        ("DBT_LOG_PATH", settings.log_path, ("dbt.log",)),
    ):
        there = [existing(folder), *(folder / name for name in files if (folder / name).exists())]
        for path in there:
            if not os.access(path, os.W_OK):
                raise InputError(
                    f"dbt writes to {folder}, and {path} cannot be written to by this user (uid"
                    f" {os.geteuid()}).",
                    f"Set {variable} to a folder of this user, for example"
                    f" {settings.warehouse_dir / 'dbt' / folder.name}.",
                )


def existing(path: Path) -> Path:
    """The folder itself, or the nearest existing folder above it."""
    return path if path.is_dir() else next(p for p in path.parents if p.exists())


def free_gigabytes(settings: Settings) -> float:
    """The free space on the disk of the warehouse."""
    return shutil.disk_usage(existing(settings.warehouse_dir)).free / GIGABYTE


def check_disk(settings: Settings) -> None:
    """Stops if there is no space for another build and MIN_FREE_GB."""
    files = [settings.build_database, *settings.mart_files_dir.glob("*.parquet")]
    held = sum(path.stat().st_size for path in files if path.exists())
    needed = settings.environment.min_free_gb + held / GIGABYTE
    free = free_gigabytes(settings)
    if free < needed:
        raise InputError(
            f"{free:.1f} GB are free at {settings.warehouse_dir}; this run needs {needed:.1f} GB.",
            "Free space, set WAREHOUSE_DIR to a larger disk, or lower MIN_FREE_GB.",
        )


def check_build_database(settings: Settings, read_only: bool = False) -> None:
    """Stops if the build database is damaged or open in another program."""
    path = settings.build_database
    if not path.exists():
        return
    try:
        duckdb.connect(str(path), read_only=read_only).close()
    except duckdb.Error as error:
        if "permission denied" in str(error).lower():
            raise not_permitted(path) from error
        holder = re.search(r"lock is held in (\S+) \(PID (\d+)\)", str(error))
        if holder or "could not set lock" in str(error).lower():
            program = f" ({Path(holder[1]).name}, process {holder[2]})" if holder else ""
            raise AnotherRunError(
                f"{path} is open in another program{program}.",
                "Close it (a dbt command, a DuckDB client), then start again.",
            ) from error
        raise InternalError(
            f"{path} cannot be opened: {first_line(error)}",
            "Delete it, then start again: a run builds it from the raw data.",
        ) from error

"""Step preflight, the places: warehouse folder, disk, build database."""

import os
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


def check_warehouse(settings: Settings, writes: bool = True) -> None:
    """
    The warehouse folder exists or can be made, and can be written to: tried, or, where nothing may
    be written, asked of the system.
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
            f"The target folder {settings.warehouse_dir} cannot be written to:"
            f" {error.strerror or error}.",
            "Make it writable for this user, or set WAREHOUSE_DIR to a folder that is.",
        ) from error
    if settings.current.exists() and not settings.current.is_symlink():
        raise InputError(
            f"{settings.current} is not a symlink, so no new version can be put in its place.",
            "Move it away, or set WAREHOUSE_DIR to another folder.",
        )


def check_dbt_folders(settings: Settings) -> None:
    """dbt can write its own files: in a checkout that belongs to another user it cannot."""
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
    """The folder itself, or the nearest above it that is there."""
    return path if path.is_dir() else next(p for p in path.parents if p.exists())


def check_disk(settings: Settings) -> None:
    """Room for the build and one more published version, and min_free_gb beside them."""
    gigabyte = 1024**3
    files = [settings.build_database, *settings.mart_files_dir.glob("*.parquet")]
    held = sum(path.stat().st_size for path in files if path.exists())
    needed = settings.min_free_gb * gigabyte + held
    free = shutil.disk_usage(existing(settings.warehouse_dir)).free
    if free < needed:
        raise InputError(
            f"{free / gigabyte:.1f} GB are free at {settings.warehouse_dir}; this run needs"
            f" {needed / gigabyte:.1f} GB.",
            "Free some space, or set WAREHOUSE_DIR to a larger disk (MIN_FREE_GB is the reserve"
            " that is asked for).",
        )


def check_build_database(settings: Settings, read_only: bool = False) -> None:
    """The build database can be opened: whole, and by no other program."""
    if not settings.build_database.exists():
        return
    try:
        duckdb.connect(str(settings.build_database), read_only=read_only).close()
    except duckdb.IOException as error:
        if "permission denied" in str(error).lower():
            raise not_permitted(settings.build_database) from error
        if "lock" in str(error).lower():
            raise AnotherRunError(
                f"{settings.build_database} is open in another program: {first_line(error)}",
                "Close it (a dbt command, a DuckDB shell), then start again.",
            ) from error
        raise _broken_database(settings, error) from error
    except duckdb.Error as error:
        raise _broken_database(settings, error) from error


def _broken_database(settings: Settings, error: Exception) -> InternalError:
    return InternalError(
        f"{settings.build_database} cannot be opened: {first_line(error)}",
        "It holds nothing that a build does not make anew: delete it, then start again.",
    )

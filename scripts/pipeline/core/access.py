"""
File modes. The build and the history are private to the user of the pipeline; published versions are for
the readers that PUBLISHED_READERS names. Modes do not depend on the umask.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.core.settings import Settings

PRIVATE = (0o600, 0o700)
# The modes of a published file and folder, by PUBLISHED_READERS.
PUBLISHED = {"all": (0o644, 0o755), "group": (0o640, 0o750), "owner": PRIVATE}
NEEDED_TO_PASS = {"all": stat.S_IXOTH, "group": stat.S_IXGRP, "owner": 0}
# What builds leave in the warehouse folder.
PRIVATE_NAMES = (
    "build.duckdb*",
    ".build.duckdb*",
    "history.duckdb*",
    "build_marts",
    "build_data_docs",
    "build_report",
    "build_docs",
    "erased_in_*",
    ".spill",
    "spark",
    "spark_catalog*",
)


def set_modes(settings: Settings) -> None:
    """Sets the modes of everything in the warehouse: plain dbt commands do not."""
    for path in private_paths(settings):
        _set(path, *PRIVATE)
    make_passable(settings.warehouse_dir, settings)
    if settings.versions_dir.is_dir():
        open_to_readers(settings, settings.versions_dir)


def private_paths(settings: Settings) -> Iterator[Path]:
    """The files and folders of builds, which contain personal data."""
    for pattern in PRIVATE_NAMES:
        yield from settings.warehouse_dir.glob(pattern)
    yield from settings.log_path.glob("dbt.log*")


def open_to_readers(settings: Settings, folder: Path) -> None:
    """Lets the readers of published versions, and no other users, read a folder and its contents."""
    group = _group(settings)
    for path in [folder, *folder.rglob("*")]:
        _set(path, *PUBLISHED[settings.environment.published_readers], group)


def make_passable(folder: Path, settings: Settings) -> None:
    """Lets readers pass a folder that may contain other files: adds permissions, removes none."""
    if _is_own(folder):
        mode = stat.S_IMODE(folder.stat().st_mode)
        folder.chmod(mode | PUBLISHED[settings.environment.published_readers][1])


def closed_folders(settings: Settings) -> list[Path]:
    """The folders above the published versions that readers cannot pass, outermost first."""
    needed = NEEDED_TO_PASS[settings.environment.published_readers]
    above = [folder for folder in settings.versions_dir.parents if folder.is_dir()]
    return [folder for folder in reversed(above) if folder.stat().st_mode & needed != needed]


def _group(settings: Settings) -> int | None:
    """The group of the readers: that of the warehouse folder."""
    if settings.environment.published_readers != "group":
        return None
    group = settings.warehouse_dir.stat().st_gid
    if os.geteuid() != 0 and group not in {os.getegid(), *os.getgroups()}:
        raise InputError(
            f"PUBLISHED_READERS=group: {settings.warehouse_dir} belongs to group {group}, and this"
            f" user (uid {os.geteuid()}) is not a member.",
            "Add the user to that group, or give the folder to one of the user's groups (chgrp).",
        )
    return group


def _set(path: Path, file_mode: int, folder_mode: int, group: int | None = None) -> None:
    """Sets mode and group; skips links, files of other users and files that disappear meanwhile."""
    with suppress(FileNotFoundError):
        state = path.lstat()
        if stat.S_ISLNK(state.st_mode) or not _is_own(path):
            return
        mode = folder_mode if stat.S_ISDIR(state.st_mode) else file_mode
        if group is not None and state.st_gid != group:
            os.chown(path, -1, group)
        if stat.S_IMODE(state.st_mode) != mode:
            path.chmod(mode)


def _is_own(path: Path) -> bool:
    return os.geteuid() in (0, path.lstat().st_uid)

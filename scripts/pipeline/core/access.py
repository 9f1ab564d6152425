"""
Who may read what a run writes. Modes are set, whatever the umask or an earlier run has left: the build and
the history are for the user of the pipeline alone, published versions for those that PUBLISHED_READERS names.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.core.settings import ALL, GROUP, OWNER, Settings

PRIVATE = (0o600, 0o700)
# The modes of a published file and folder, by PUBLISHED_READERS.
PUBLISHED = {ALL: (0o644, 0o755), GROUP: (0o640, 0o750), OWNER: PRIVATE}
# What builds leave in the warehouse folder, as patterns of names.
PRIVATE_NAMES = (
    "build.duckdb*",
    ".build.duckdb*",
    "history.duckdb*",
    "build_marts",
    ".spill",
    "spark",
    "spark_catalog*",
)


def set_modes(settings: Settings) -> None:
    """The modes of all that lies in the warehouse folder: a plain dbt command keeps to none."""
    for path in private_paths(settings):
        _set(path, *PRIVATE)
    make_passable(settings.warehouse_dir, settings)
    if settings.versions_dir.is_dir():
        open_to_readers(settings, settings.versions_dir)


def private_paths(settings: Settings) -> Iterator[Path]:
    """Files and folders of builds, which hold personal data; a folder that is closed closes all in it."""
    for pattern in PRIVATE_NAMES:
        yield from settings.warehouse_dir.glob(pattern)
    yield from settings.log_path.glob("dbt.log*")


def open_to_readers(settings: Settings, folder: Path) -> None:
    """Gives read access to a folder and everything below it to the readers of published versions only."""
    group = _group(settings)
    for path in [folder, *folder.rglob("*")]:
        _set(path, *PUBLISHED[settings.published_readers], group)


def make_passable(folder: Path, settings: Settings) -> None:
    """Lets readers into a folder that may hold other things: rights are added, none is taken away."""
    if _is_own(folder):
        mode = stat.S_IMODE(folder.stat().st_mode)
        folder.chmod(mode | PUBLISHED[settings.published_readers][1])


def closed_folders(settings: Settings) -> list[Path]:
    """The folders on the way to the published versions that readers cannot pass, outermost first."""
    needed = {ALL: stat.S_IXOTH, GROUP: stat.S_IXGRP, OWNER: 0}[settings.published_readers]
    way = [folder for folder in settings.versions_dir.parents if folder.is_dir()]
    return [folder for folder in reversed(way) if folder.stat().st_mode & needed != needed]


def open_to_others(settings: Settings) -> list[Path]:
    """Private files and folders that other users may read: a plain dbt command has made them."""
    return [path for path in private_paths(settings) if path.stat().st_mode & 0o077]


def _group(settings: Settings) -> int | None:
    """The group of readers, where they are one: that of the warehouse folder."""
    if settings.published_readers != GROUP:
        return None
    group = settings.warehouse_dir.stat().st_gid
    if os.geteuid() != 0 and group not in {os.getegid(), *os.getgroups()}:
        raise InputError(
            f"PUBLISHED_READERS=group: {settings.warehouse_dir} is of group {group}, to which this"
            f" user (uid {os.geteuid()}) does not belong.",
            "Add the user to that group, or give the folder to one of the user's groups (chgrp).",
        )
    return group


def _set(path: Path, file_mode: int, folder_mode: int, group: int | None = None) -> None:
    """Sets mode and group where they are others; what vanishes meanwhile, or is another user's, stays."""
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

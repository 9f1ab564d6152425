"""One run at a time: a lock file in the warehouse folder that names the process."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.core.errors import AnotherRunError
from pipeline.core.settings import Settings


def lock_file(warehouse_dir: Path) -> Path:
    """The path of the lock."""
    return warehouse_dir / "run.lock"


@contextmanager
def only_run(settings: Settings) -> Iterator[int | None]:
    """
    Holds the lock while the block runs. Yields the id of a process that died with the lock: the
    system has released it, but the file still names the process.
    """
    path = lock_file(settings.warehouse_dir)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        left_behind = _read(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AnotherRunError(
                f"Another run is active in {settings.warehouse_dir} ({in_words(left_behind)}).",
                "Wait until it has ended, or stop that process; then start again.",
            ) from error
        mine = {
            "pid": os.getpid(),
            "run_id": settings.run_id,
            "started_at": f"{settings.started_at:%Y-%m-%d %H:%M:%S}",
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(mine).encode(), 0)
        try:
            yield left_behind.get("pid")
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(warehouse_dir: Path) -> dict[str, Any] | None:
    """What the process with the lock wrote about itself; None if the lock is free."""
    path = lock_file(warehouse_dir)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(path)
    return None


def in_words(holder: dict[str, Any]) -> str:
    """The process with the lock, for messages."""
    return f"process {holder.get('pid', '?')}, since {holder.get('started_at', '?')} UTC"


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8") or "{}")
    except (OSError, ValueError):
        return {}
    return content

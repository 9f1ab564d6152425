"""
What can stop a run. Each kind has a stable exit code, a message and a word on what to do about it.
"""

import os

PUBLISHED = 0


class PipelineError(Exception):
    """A step that cannot go on: `message` says what is wrong and where, `advice` what to do."""

    exit_code = 4

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class DataError(PipelineError):
    """The data broke a test or a rule of the build, or did not pass an audit."""

    exit_code = 1


class InputError(PipelineError):
    """A setting, a file or a folder cannot be used."""

    exit_code = 2


class AnotherRunError(PipelineError):
    """Another run, or another program that writes to the build database, is at work."""

    exit_code = 3


class InternalError(PipelineError):
    """A fault of the pipeline itself, of the engine or of the machine."""

    exit_code = 4


def not_permitted(path: object) -> InputError:
    """What to raise where the system does not let this user read or write a file or folder."""
    return InputError(
        f"{path}: permission denied to this user (uid {os.geteuid()}).",
        "Give this user the right to read it (the warehouse, target and log folders: also to write),"
        " and the right to pass the folders above it; or start as the user that has them.",
    )


# How the system, or DuckDB, says that there is no room.
NO_ROOM = (
    "no space left on device",
    "disk quota exceeded",
    "file too large",
    "could not write all",
)


def is_no_room(message: str) -> bool:
    """Whether a message is about a disk that is full: no fault of the data or the pipeline."""
    return any(words in message.lower() for words in NO_ROOM)


def no_room(message: str) -> InternalError:
    """What to raise then."""
    return InternalError(
        message,
        "Free space on the disk under WAREHOUSE_DIR (MIN_FREE_GB asks for more in advance), then"
        " start again.",
    )


def first_line(error: BaseException) -> str:
    """The first line of a message, without DuckDB's error class."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return line.split(" Error: ", 1)[-1]

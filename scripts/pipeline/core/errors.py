"""The errors that stop a command. Each kind has a fixed exit code, a message, and advice."""

import difflib
import os
from collections.abc import Collection, Iterable

import pydantic

SUCCESS = 0


class PipelineError(Exception):
    """`message` says what is wrong and where, `advice` what to do."""

    exit_code = 4

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class DataError(PipelineError):
    """The data failed a test of the build or an audit."""

    exit_code = 1


class InputError(PipelineError):
    """A setting, a file or a folder cannot be used."""

    exit_code = 2


class AnotherRunError(PipelineError):
    """Another run is active, or another program has the build database open."""

    exit_code = 3


class InternalError(PipelineError):
    """A failure of the pipeline itself, the engine or the machine."""

    exit_code = 4


# How the system and DuckDB say that the disk is full.
NO_ROOM = (
    "no space left on device",
    "disk quota exceeded",
    "file too large",
    "could not write all",
)


def is_no_room(message: str) -> bool:
    """Whether a message is about a full disk."""
    return any(words in message.lower() for words in NO_ROOM)


def no_room(message: str) -> InternalError:
    """The error for a full disk."""
    return InternalError(
        message,
        "Free space on the disk of WAREHOUSE_DIR and start again. MIN_FREE_GB sets how much must be"
        " free before a run starts.",
    )


def not_permitted(path: object) -> InputError:
    """The error for a file or folder that this user may not read or write."""
    return InputError(
        f"{path}: permission denied to this user (uid {os.geteuid()}).",
        "Let this user read the file and pass the folders above it (in the warehouse, target and log"
        " folders also write), or start the command as the user of the pipeline.",
    )


def refused(error: pydantic.ValidationError) -> tuple[str, str]:
    """The name of the first value that cannot be used, and the value with the reason."""
    first = error.errors()[0]
    value = "" if first["type"] == "missing" else first["input"]
    return str(first["loc"][0]), f"{value} cannot be used: {first['msg']}."


def as_pipeline_error(error: BaseException) -> PipelineError:
    """Any exception as one with an exit code."""
    if isinstance(error, PipelineError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return InternalError(
            "The run was stopped from outside.", "Start it again; nothing needs to be repaired."
        )
    if isinstance(error, PermissionError):
        return not_permitted(error.filename or error)
    if is_no_room(str(error)):
        return no_room(first_line(error))
    return InternalError(
        f"{type(error).__name__}: {error}",
        "This is an error in the pipeline. PIPELINE_DEBUG=1 shows the traceback.",
    )


def first_line(error: BaseException) -> str:
    """The first line of a message, without DuckDB's error class."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return line.split(" Error: ", 1)[-1]


def suggestion(name: str, known: Iterable[str]) -> str:
    """Advice about a misspelled name: the most similar one, or all if none is similar."""
    names = sorted(known)
    similar = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean {similar[0]}?" if similar else f"Known: {', '.join(names)}."


def check_known(
    place: str, what: str, name: str, known: Collection[str], advice: str = "{}"
) -> None:
    """Stops at a name that is unknown; `advice` has {} for a suggestion."""
    if name not in known:
        similar = suggestion(name, known)
        raise InputError(f"{place}: there is no {what} {name}.", advice.format(similar))

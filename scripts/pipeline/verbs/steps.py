"""The steps of a run. Each is timed, logged, and recorded as soon as it ends."""

import datetime
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

import duckdb

from pipeline.core import console
from pipeline.core.errors import PipelineError, as_pipeline_error
from pipeline.core.settings import Settings
from pipeline.records import history


@dataclass
class Step:
    """The current step, with what it will report."""

    name: str
    message: str = ""
    rows: int | None = None


@dataclass
class Steps:
    """Runs and records steps, one after the other."""

    settings: Settings
    at_work: str = "preflight"
    number: int = field(default=0)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """One step. Any exception is raised again as a PipelineError."""
        self.number += 1
        self.at_work = name
        current = Step(name)
        started_at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        start = time.monotonic()
        console.log(name, "started", event="step started")
        try:
            yield current
        except BaseException as error:
            failure = as_pipeline_error(error)
            current.message = failure.message
            with recorded_if_possible():
                self._record(current, "failed", time.monotonic() - start, started_at)
            raise failure from error
        seconds = time.monotonic() - start
        self._record(current, "ok", seconds, started_at)
        console.log(
            name,
            f"done in {seconds:.1f} s: {current.message}",
            event="step ended",
            seconds=round(seconds, 3),
            rows=current.rows,
        )

    def _record(
        self, step: Step, status: str, seconds: float, started_at: datetime.datetime
    ) -> None:
        entry = {
            "step_number": self.number,
            "step": step.name,
            "status": status,
            "message": step.message,
            "rows": step.rows,
            "seconds": round(seconds, 3),
            "started_at": started_at,
        }
        history.add(self.settings, "pipeline_steps", [entry])


@contextmanager
def recorded_if_possible() -> Iterator[None]:
    """Warns if a failure cannot be recorded, as on a full disk, so that the failure itself is reported."""
    try:
        yield
    except (PipelineError, OSError, duckdb.Error) as error:
        console.warn("record", f"the history could not be written: {error}")


@contextmanager
def stoppable() -> Iterator[None]:
    """Handles a scheduler's SIGTERM like Ctrl-C: the run is recorded and the lock released."""
    handler: Callable[[int, FrameType | None], NoReturn] = _stop
    previous = signal.signal(signal.SIGTERM, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt

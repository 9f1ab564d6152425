"""
What a run prints: lines for people or one JSON object per line (PIPELINE_LOG), and a progress bar
on a terminal.
"""

import datetime
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.core.errors import PipelineError

FORMATS = TEXT, JSON = "text", "json"
OnProgress = Callable[[int, int, str], None]  # done, total, what is being done
_logger = logging.getLogger("revenue_funnel")


class _Text(logging.Formatter):
    """Time, step and message; further lines are indented to the message."""

    def format(self, record: logging.LogRecord) -> str:
        entry = record.__dict__["entry"]
        first, *others = (record.getMessage()).splitlines() or [""]
        if record.levelno == logging.WARNING:
            first = f"warning: {first}"
        time = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        lines = [f"{time:%Y-%m-%d %H:%M:%S}  {entry['step']:<12}  {first}"]
        return "\n".join(lines + [f"{'':<35}{line}" for line in others])


class _Json(logging.Formatter):
    """One JSON object: the fields of every line, then those of this event."""

    def __init__(self, run_id: str | None) -> None:
        super().__init__()
        self.run_id = run_id

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        entry = {
            "time": f"{time:%Y-%m-%dT%H:%M:%S.%f}Z",
            "level": record.levelname.lower(),
            "run_id": self.run_id,
            "message": record.getMessage(),
            **record.__dict__["entry"],
        }
        return json.dumps(entry, default=str)


class _StandardOutput(logging.Handler):
    """Prints to whatever is standard output at the time: a progress bar replaces it."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), flush=True)


_output = _StandardOutput()
_output.setFormatter(_Text())
_logger.addHandler(_output)
_logger.setLevel(logging.INFO)
_logger.propagate = False


def configure(log_format: str, run_id: str | None = None) -> None:
    """Sets the format of the lines that follow, and the run that they belong to."""
    _output.setFormatter(_Json(run_id) if log_format == JSON else _Text())


def is_json() -> bool:
    """Whether lines are JSON."""
    return isinstance(_output.formatter, _Json)


def log(
    step: str, text: str, level: int = logging.INFO, event: str = "message", **fields: Any
) -> None:
    """Prints a line. Only JSON shows `event` and `fields`, so that programs need not parse a sentence."""
    _logger.log(level, "%s", text, extra={"entry": {"step": step, "event": event, **fields}})


def warn(step: str, text: str, **fields: Any) -> None:
    """Prints a line about something that does not stop the run and should be looked at."""
    log(step, text, logging.WARNING, "warning", **fields)


def report_failure(error: PipelineError, step: str, published: str) -> None:
    """Prints the verdict of a failed run: the step, the reason, what to do, and what readers see now."""
    if is_json():
        log(
            step,
            error.message,
            logging.ERROR,
            "failed",
            exit_code=error.exit_code,
            advice=error.advice,
            published=published,
        )
        return
    lines = ["", f"FAILED in step '{step}' (exit code {error.exit_code})", ""]
    lines += [f"  {line}" for line in error.message.splitlines()]
    if error.advice:
        lines += ["", f"  What to do: {error.advice}"]
    print("\n".join([*lines, "", f"  {published}", ""]), file=sys.stderr, flush=True)


def table(rows: list[tuple[str, ...]], indent: int = 0) -> None:
    """Prints rows in columns. On a terminal long texts are wrapped inside their column."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        grid = Table.grid(padding=(0, 2, 0, 0))
        for row in rows:
            grid.add_row(*row)
        Console(markup=False, highlight=False).print(grid)
        return
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:-1]]
    before = " " * (indent + sum(widths) + 2 * len(widths))
    for *cells, last in rows:
        first, *others = last.splitlines() or [""]
        cells = [f"{cell:<{width}}  " for cell, width in zip(cells, widths, strict=True)]
        print(" " * indent + "".join(cells) + first)
        for line in others:
            print(before + line)
    sys.stdout.flush()


@contextmanager
def progress(step: str) -> Iterator[OnProgress]:
    """Shows a progress bar on standard error while the block runs, if that is a terminal."""
    if is_json() or not sys.stderr.isatty():
        yield lambda done, total, doing: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[doing]}", markup=False))
    with Progress(
        TextColumn("{task.description}"),
        *columns,
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
    ) as bar:
        task = bar.add_task(step, total=None, doing="")
        yield lambda done, total, doing: bar.update(
            task, completed=done, total=total, doing=doing[:40]
        )

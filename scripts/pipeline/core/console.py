"""
What a command prints: lines for people or one JSON object per line (PIPELINE_LOG), and a progress bar
on a terminal.
"""

import datetime
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
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
        first, *others = record.getMessage().splitlines() or [""]
        if record.levelno == logging.WARNING:
            first = f"warning: {first}"
        time = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        lines = [f"{time:%Y-%m-%d %H:%M:%S}  {entry['step']:<12}  {first}"]
        return "\n".join(lines + [f"{'':<35}{line}" for line in others])


class _Json(logging.Formatter):
    """One JSON object: the fields that every line has, then those of the event."""

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
    """Prints to the current sys.stdout, which a progress bar replaces."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), flush=True)


_output = _StandardOutput()
_output.setFormatter(_Text())
_logger.addHandler(_output)
_logger.setLevel(logging.INFO)
_logger.propagate = False


def configure(log_format: str, run_id: str | None = None) -> None:
    """Sets the format of the following lines, and the run id in JSON."""
    _output.setFormatter(_Json(run_id) if log_format == JSON else _Text())


def is_json() -> bool:
    """Whether lines are JSON."""
    return isinstance(_output.formatter, _Json)


def log(
    step: str, text: str, level: int = logging.INFO, event: str = "message", **fields: Any
) -> None:
    """Prints a line. `event` and `fields` are for programs: only JSON has them."""
    _logger.log(level, "%s", text, extra={"entry": {"step": step, "event": event, **fields}})


def warn(step: str, text: str, **fields: Any) -> None:
    """Prints a warning: the run goes on, but somebody should look at it."""
    log(step, text, logging.WARNING, "warning", **fields)


def report_failure(error: PipelineError, step: str, published: str) -> None:
    """Prints how a command failed: step, message, advice, and what readers see now."""
    if is_json():
        fields = {"exit_code": error.exit_code, "advice": error.advice, "published": published}
        log(step, error.message, logging.ERROR, "failed", **fields)
        return
    lines = ["", f"FAILED in step '{step}' (exit code {error.exit_code})", ""]
    lines += [f"  {line}" for line in error.message.splitlines()]
    if error.advice:
        lines += ["", f"  What to do: {error.advice}"]
    print("\n".join([*lines, "", f"  {published}", ""]), file=sys.stderr, flush=True)


def table(rows: Sequence[tuple[str, ...]], indent: int = 0) -> None:
    """Prints rows in columns. Only a terminal wraps long texts."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    for row in rows:
        grid.add_row(*row)
    console = Console(markup=False, width=None if sys.stdout.isatty() else 10_000)
    with console.capture() as text:
        console.print(Padding.indent(grid, indent))
    print("\n".join(line.rstrip() for line in text.get().splitlines()), flush=True)


@contextmanager
def progress(step: str) -> Iterator[OnProgress]:
    """Shows a progress bar on standard error while the block runs, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[doing]}", markup=False),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),
        disable=is_json() or not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task(step, total=None, doing="")
        yield lambda done, total, doing: bar.update(
            task, completed=done, total=total, doing=doing[:40]
        )

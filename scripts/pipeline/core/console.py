"""
What a command prints: lines for people or one JSON object per line (PIPELINE_LOG), and a progress bar
on a terminal.
"""

import datetime
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.core.errors import PipelineError

FORMATS = TEXT, JSON = "text", "json"
INFO, WARNING, ERROR = "info", "warning", "error"
OnProgress = Callable[[int, int, str], None]  # done, total, what is being done


@dataclass
class _Output:
    log_format: str = TEXT
    run_id: str | None = None


_output = _Output()


def configure(log_format: str, run_id: str | None = None) -> None:
    """Sets the format of the following lines, and the run id in JSON."""
    _output.log_format, _output.run_id = log_format, run_id


def is_json() -> bool:
    """Whether lines are JSON."""
    return _output.log_format == JSON


def log(step: str, text: str, level: str = INFO, event: str = "message", **fields: Any) -> None:
    """Prints a line. `event` and `fields` are for programs: only JSON has them."""
    now = datetime.datetime.now(datetime.UTC)
    if is_json():
        line = {
            "time": f"{now:%Y-%m-%dT%H:%M:%S.%f}Z",
            "level": level,
            "run_id": _output.run_id,
            "message": text,
            "step": step,
            "event": event,
        }
        print(json.dumps({**line, **fields}, default=str), flush=True)
        return
    first, *others = text.splitlines() or [""]
    mark = "warning: " if level == WARNING else ""
    lines = [f"{now:%Y-%m-%d %H:%M:%S}  {step:<12}  {mark}{first}"]
    # Further lines are indented to the first.
    print("\n".join(lines + [f"{'':<35}{line}" for line in others]), flush=True)


def warn(step: str, text: str, **fields: Any) -> None:
    """Prints a warning: the run goes on, but somebody should look at it."""
    log(step, text, WARNING, "warning", **fields)


def report_failure(error: PipelineError, step: str, published: str) -> None:
    """Prints how a command failed: step, message, advice, and what readers see now."""
    if is_json():
        fields = {"exit_code": error.exit_code, "advice": error.advice, "published": published}
        log(step, error.message, ERROR, "failed", **fields)
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

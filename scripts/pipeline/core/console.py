"""
What a run says: plain lines for people, or one JSON object a line for machines; and, on a terminal
only, a progress bar beside them.
"""

import datetime
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from pipeline.core.errors import PipelineError

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)
# What every line of this process bears; set once, by configure().
_line: dict[str, Any] = {"format": TEXT, "run_id": None}


def configure(log_format: str, run_id: str | None = None) -> None:
    """Says how lines are written from here on, and which run they belong to."""
    _line.update(format=log_format, run_id=run_id)


def is_json() -> bool:
    """Whether lines are JSON."""
    return _line["format"] == JSON


def log(step: str, text: str, level: str = "info", event: str = "message", **fields: Any) -> None:
    """
    One line with the time and the step. `event` and `fields` (numbers, names) stand in JSON lines
    only: a program should not have to read them out of a sentence.
    """
    now = datetime.datetime.now(datetime.UTC)
    if is_json():
        entry = {
            "time": f"{now:%Y-%m-%dT%H:%M:%S.%f}Z",
            "level": level,
            "run_id": _line["run_id"],
            "step": step,
            "event": event,
            "message": text,
            **fields,
        }
        print(json.dumps(entry, default=str), flush=True)
        return
    first, *others = (f"warning: {text}" if level == "warning" else text).splitlines() or [""]
    lines = [f"{now:%Y-%m-%d %H:%M:%S}  {step:<12}  {first}"]
    lines += [f"{'':<19}  {'':<12}  {line}" for line in others]
    tqdm.write("\n".join(lines), file=sys.stdout)
    sys.stdout.flush()


def warn(step: str, text: str, **fields: Any) -> None:
    """A line on what does not stop the run and should be looked at."""
    log(step, text, level="warning", event="warning", **fields)


def report_failure(error: PipelineError, step: str, published: str) -> None:
    """
    The verdict of a failed run, last and alone: which step, what, what to do, and what readers now
    see. People find it on standard error whatever the format.
    """
    if is_json():
        log(
            step,
            error.message,
            level="error",
            event="failed",
            exit_code=error.exit_code,
            advice=error.advice,
            published=published,
        )
    lines = ["", f"FAILED in step '{step}' (exit code {error.exit_code})", ""]
    lines += [f"  {line}" for line in error.message.splitlines()]
    if error.advice:
        lines += ["", f"  What to do: {error.advice}"]
    lines += ["", f"  {published}", ""]
    print("\n".join(lines), file=sys.stderr, flush=True)


class Progress:
    """A progress bar that is nothing where there is no terminal."""

    def __init__(self, bar: "tqdm | None") -> None:
        self._bar = bar

    def update(self, done: int, total: int, doing: str) -> None:
        """Says how far the work is."""
        if self._bar is not None:
            self._bar.total = total
            self._bar.n = done
            self._bar.set_postfix_str(doing[:40])


@contextmanager
def progress(step: str) -> Iterator[Progress]:
    """A bar on standard error while the block runs, if that is a terminal that people read."""
    if is_json() or not sys.stderr.isatty():
        yield Progress(None)
        return
    with tqdm(
        desc=step,
        leave=False,
        file=sys.stderr,
        bar_format="{desc} {bar} {n_fmt}/{total_fmt} {postfix}",
    ) as bar:
        yield Progress(bar)

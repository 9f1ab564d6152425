"""What a run says: plain lines for a log, and a progress bar beside them on a terminal."""

import datetime
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from pipeline.errors import PipelineError


def log(step: str, text: str) -> None:
    """One line (or more, indented) with the time and the step."""
    now = datetime.datetime.now(datetime.UTC)
    first, *others = text.splitlines() or [""]
    lines = [f"{now:%Y-%m-%d %H:%M:%S}  {step:<12}  {first}"]
    lines += [f"{'':<19}  {'':<12}  {line}" for line in others]
    tqdm.write("\n".join(lines), file=sys.stdout)
    sys.stdout.flush()


def report_failure(error: PipelineError, step: str, published: str) -> None:
    """
    The verdict of a failed run, last and alone: which step, what, what to do, and what readers now
    see.
    """
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
    """A bar on standard error while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield Progress(None)
        return
    with tqdm(
        desc=step,
        leave=False,
        file=sys.stderr,
        bar_format="{desc} {bar} {n_fmt}/{total_fmt} {postfix}",
    ) as bar:
        yield Progress(bar)

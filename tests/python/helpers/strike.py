"""Signals a process at a named point, so that a fault drill does not depend on the machine's speed.

The variable STRIKE names the signal and the point:

    SIGKILL before pipeline.publishing.publish.switch     a call of a function; or "after"
    SIGTERM progress "dbt build" 5                        a step reports that it has done so many parts

STRIKE_PROCESS is the id of another process to signal.

Run as a script, it is the command line of the pipeline with the strike armed; PYTHONPATH names the folder `scripts`.
"""

import importlib
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.core import console


def arm(text: str) -> None:
    """Prepares this process to signal itself at the point; a function must be looked up in its module when it is called."""
    name, point, place, *count = shlex.split(text)

    def strike() -> None:
        os.kill(int(os.environ.get("STRIKE_PROCESS", os.getpid())), getattr(signal, name))

    if point == "progress":
        _arm_progress(place, int(count[0]), strike)
        return
    module_name, function_name = place.rsplit(".", 1)
    module = importlib.import_module(module_name)
    function = getattr(module, function_name)

    def struck(*arguments, **options):
        if point == "before":
            strike()
        result = function(*arguments, **options)
        if point == "after":
            strike()
        return result

    setattr(module, function_name, struck)


def _arm_progress(step: str, count: int, strike) -> None:
    original = console.progress

    @contextmanager
    def progress(of_step: str) -> Iterator[console.OnProgress]:
        with original(of_step) as report:

            def reported(done: int, total: int, doing: str) -> None:
                report(done, total, doing)
                if (of_step, done) == (step, count):
                    strike()

            yield reported

    console.progress = progress


if "STRIKE" in os.environ:
    arm(os.environ["STRIKE"])
if __name__ == "__main__":
    from run_pipeline import main

    sys.exit(main())

#!/usr/bin/env python3
"""
Turns raw data into published marts with one command, on a laptop, in CI or under a scheduler. `--help`
lists commands and options.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

# Exit code 1, Python's own, means bad data.
NOT_INSTALLED = """
FAILED before anything was read or written (exit code 2)

  {python} has no package {package}.

  What to do: Run `make build` in {project} once; it installs the locked packages into .venv.
  Then start this script with .venv/bin/python, not with {python}.
"""


def stop_without(package: str | None) -> NoReturn:
    """Ends the process and says how to install the packages."""
    project = Path(__file__).resolve().parents[1]
    text = NOT_INSTALLED.format(package=package, project=project, python=sys.executable)
    print(text, file=sys.stderr)
    sys.exit(2)


try:
    import click
    from pipeline.core import console
    from pipeline.core.errors import InputError, InternalError, PipelineError, as_pipeline_error
    from pipeline.verbs.command_line import pipeline
except ModuleNotFoundError as error:
    stop_without(error.name)


def main(arguments: list[str] | None = None) -> int:
    """Parses the command line and runs the command; each kind of failure has its own exit code."""
    # Other users cannot read what this process, dbt and DuckDB create (pipeline.core.access).
    os.umask(0o077)
    console.configure(os.environ.get("PIPELINE_LOG", console.TEXT))
    try:
        return pipeline.main(arguments, "run_pipeline.py", standalone_mode=False) or 0
    except Exception as error:
        if os.environ.get("PIPELINE_DEBUG"):
            traceback.print_exc()
        failure = failure_of(error)
        console.report_failure(failure, "settings", "Nothing was read or written.")
        return failure.exit_code


def failure_of(error: Exception) -> PipelineError:
    """What to report about an error that no command has handled."""
    if isinstance(error, click.Abort):
        return InternalError("The command was interrupted.", "Start it again.")
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "run_pipeline.py"
        return InputError(error.format_message(), f"See {command} --help.")
    return as_pipeline_error(error)


if __name__ == "__main__":
    sys.exit(main())

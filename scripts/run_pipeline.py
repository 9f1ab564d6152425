#!/usr/bin/env python3
"""
The pipeline: raw data to published marts, by one command, alike on a laptop, in CI and under a
scheduler. `--help` says how.
"""

import argparse
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

# Exit code 1, Python's own, is that of bad data.
NOT_INSTALLED = """
FAILED before anything was read or written (exit code 2)

  {python} has no package {package}.

  What to do: Run `make build` in {project} once; it installs the locked packages into .venv.
  Then start this script with .venv/bin/python, not with {python}.
"""


def stop_for_want_of(package: str | None) -> NoReturn:
    """Ends the process with a word on how to install what the script needs."""
    project = Path(__file__).resolve().parents[1]
    told = NOT_INSTALLED.format(package=package, project=project, python=sys.executable)
    print(told, file=sys.stderr)
    sys.exit(2)


try:
    from pipeline.core import console
    from pipeline.core.errors import InternalError, PipelineError, not_permitted
    from pipeline.core.settings import Settings, make_settings
    from pipeline.verbs.command_line import make_parser
except ModuleNotFoundError as error:
    stop_for_want_of(error.name)


def settings_from(given: argparse.Namespace) -> Settings:
    """The settings of a verb: options it does not have stand at their defaults."""
    options = vars(given)
    return make_settings(
        target=options.get("target") or "duckdb",
        full_refresh=options.get("full_refresh", False),
        force=options.get("force", False),
        replace_source=options.get("replace_source", False),
        select=options.get("select") or (),
        reload_from=options.get("reload_from"),
        reload_until=options.get("reload_until"),
        raw_location=options.get("raw_location"),
        as_of=options.get("as_of"),
        vars_file=options.get("vars"),
        log_format=options.get("log_format"),
    )


def call(given: argparse.Namespace) -> int:
    """Runs the verb; what is slow to import is imported by the verb that needs it."""
    settings = settings_from(given)
    console.configure(settings.log_format, settings.run_id)
    if given.verb == "status":
        from pipeline.verbs.status import status

        return status(settings, given.json, given.max_age_hours)
    if given.verb == "history":
        from pipeline.verbs.status import show_history

        return show_history(settings, given.last, given.json)
    if given.verb == "rollback":
        from pipeline.verbs.rollback import rollback

        return rollback(settings, given.version)
    if given.verb == "doctor":
        from pipeline.verbs.doctor import doctor

        return doctor(settings)
    if given.dry_run:
        from pipeline.verbs.dry_run import dry_run

        return dry_run(settings)
    from pipeline.verbs.run import run

    return run(settings)


def main(arguments: list[str] | None = None) -> int:
    """Parses the command line and runs the verb."""
    given = make_parser().parse_args(arguments)
    # No other user reads what this process creates, dbt's and DuckDB's files included (pipeline.access).
    os.umask(0o077)
    try:
        return call(given)
    except (PipelineError, PermissionError) as raised:
        error = (
            raised
            if isinstance(raised, PipelineError)
            else not_permitted(raised.filename or raised)
        )
        console.report_failure(error, "settings", "Nothing was read or written.")
        return error.exit_code
    except (
        Exception
    ) as error:  # the last resort: an exit code must not be Python's 1, which means bad data
        if os.environ.get("PIPELINE_DEBUG"):
            traceback.print_exc()
        print(f"FAILED: {type(error).__name__}: {error}", file=sys.stderr)
        return InternalError.exit_code


if __name__ == "__main__":
    sys.exit(main())

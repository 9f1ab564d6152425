#!/usr/bin/env python3
"""
The pipeline: raw data to published marts, by one command, alike on a laptop, in CI and under a
scheduler.
"""

import argparse
import os
import sys
import traceback

from pipeline.errors import InternalError, PipelineError
from pipeline.settings import make_settings

EPILOG = """\
examples:
  python scripts/run_pipeline.py run
      the demo company, into warehouse/
  python scripts/run_pipeline.py run --raw-location /data/raw --as-of 2025-06-30
      own data: /data/raw/<vendor>/<table>.csv or .parquet, facts up to that day
  python scripts/run_pipeline.py run --raw-location /data/raw --vars own_vars.yml
      the same with other thresholds, or with vendors switched on by hand

environment:
  WAREHOUSE_DIR        where everything is written (default: warehouse/)
  KEEP_VERSIONS        how many published versions are kept (default: 3)
  MIN_FREE_GB          free disk space asked for beside the build (default: 1)
  DUCKDB_MEMORY_LIMIT, DUCKDB_THREADS, DBT_THREADS    see profiles.yml
  PIPELINE_DEBUG=1     show the traceback of an internal error

exit codes:
  0 published   1 the data failed the build or an audit   2 configuration or input
  3 another run is running   4 internal
"""


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="run_pipeline.py",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    run = verbs.add_parser(
        "run",
        help="audit the raw data, build, audit the marts, publish",
        description="Audits the raw data, builds, audits the marts, and publishes them if all is"
        " well.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_argument(
        "--target",
        choices=["duckdb", "spark"],
        default="duckdb",
        help="the engine (default: duckdb)",
    )
    run.add_argument(
        "--full-refresh",
        action="store_true",
        help="build incremental models anew, from all raw data",
    )
    run.add_argument(
        "--raw-location",
        metavar="DIR",
        help="own raw data: DIR/<vendor>/<table>.csv or .parquet; the vendors found there are"
        " switched on, and"
        " DIR/rules/<seed>.csv replaces a rule (default: the demo company)",
    )
    run.add_argument(
        "--as-of",
        metavar="DATE",
        help="the day up to which facts count (default: today; for the demo its last day)",
    )
    run.add_argument(
        "--vars",
        metavar="FILE.yml",
        help="dbt vars, one `name: value` per line; they win over what was found",
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Parses the command line and runs the verb."""
    given = make_parser().parse_args(arguments)
    try:
        settings = make_settings(
            target=given.target,
            full_refresh=given.full_refresh,
            raw_location=given.raw_location,
            as_of=given.as_of,
            vars_file=given.vars,
        )
        from pipeline.run import run

        return run(settings)
    except PipelineError as error:
        from pipeline.console import report_failure

        report_failure(error, "settings", "Nothing was read or written.")
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

"""The command line: verbs, options, help."""

import argparse
from typing import Any

DESCRIPTION = """\
The pipeline: raw data to published marts, by one command, alike on a laptop, in CI and under a
scheduler. Start it with .venv/bin/python, which `make build` installs.
"""

ENVIRONMENT = """\
environment:
  WAREHOUSE_DIR        where everything is written (default: warehouse/)
  KEEP_VERSIONS        how many published versions are kept (default: 3)
  MIN_FREE_GB          free disk space asked for beside the build (default: 1)
  PUBLISHED_READERS    who may read published versions: all (default), group (that of the
                       warehouse folder) or owner; the build and the history are the owner's
  DUCKDB_MEMORY_LIMIT, DUCKDB_THREADS, DBT_THREADS    see profiles.yml
  PIPELINE_LOG         text (default) or json: one JSON object a line on standard output
  PIPELINE_WEBHOOK_URL where the verdict of a run is posted to, as JSON; never shown
  PIPELINE_NOTIFY_ON   all (default) or failures
  PIPELINE_DEBUG=1     show the traceback of an internal error
"""

EXIT_CODES = """\
exit codes:
  0 published (or built, with --select), or nothing has changed since   1 the data failed the build or an audit   2 configuration or input
  3 another run is running   4 internal
"""

EXAMPLES = {
    "run": """\
  python scripts/run_pipeline.py run
      the demo company, into warehouse/
  python scripts/run_pipeline.py run --raw-location /data/raw --as-of 2025-06-30
      own data: /data/raw/<vendor>/<table>.csv or .parquet, facts up to that day
  python scripts/run_pipeline.py run --raw-location /data/raw --vars own_vars.yml
      the same with other thresholds, or with vendors switched on by hand
  python scripts/run_pipeline.py run --raw-location /data/raw --replace-source
      the same, once, where the published version is of the demo company or of another folder
  python scripts/run_pipeline.py run --raw-location /data/raw --dry-run
      what such a run would read and build; nothing is written
  python scripts/run_pipeline.py run --raw-location /data/raw --select rpt_channel_performance
      build and audit that mart and all that it is made of; publish nothing
  python scripts/run_pipeline.py run --raw-location /data/raw --from 2025-08-01 --until 2025-08-31
      read the web events delivered in August again: their texts were corrected in place
""",
    "status": """\
  python scripts/run_pipeline.py status
      is a run at work, what do readers see, how old is it, how did the last run end
  python scripts/run_pipeline.py status --max-age-hours 26
      the same for a monitor: exit code 1 if what is published is older
""",
    "history": """\
  python scripts/run_pipeline.py history --last 3
      the last three runs with their steps
  python scripts/run_pipeline.py history --json
      the last ten as JSON
""",
    "rollback": """\
  python scripts/run_pipeline.py rollback
      readers see the version before the current one again
  python scripts/run_pipeline.py rollback 20251231T030004Z-1a2b3c
      readers see that version (status lists those that are kept)
""",
    "doctor": """\
  python scripts/run_pipeline.py doctor --raw-location /data/raw
      could a run start? If not: what to do
""",
}

VERBS = {
    "run": (
        "audit the raw data, build, audit the marts, publish",
        "Audits the raw data, builds, audits the marts, and publishes them if all is well.",
    ),
    "status": (
        "what is published, and whether a run is at work",
        "Says what is published, how old it is, whether a run is at work, and how the last ended.",
    ),
    "history": ("the last runs, with their steps", "Lists the last runs, newest first."),
    "rollback": (
        "put an earlier version under `current` again",
        "Switches `current` to another kept version, by one rename, then Spark's views where it has"
        " readers, and records it.",
    ),
    "doctor": (
        "check environment and inputs, and say what to mend",
        "Checks Python, packages, profiles, warehouse, disk, locks, clock and raw data; writes"
        " nothing. Exit code 2 if a run could not start.",
    ),
}


def make_parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    examples = "examples:\n" + "".join(EXAMPLES.values())
    parser = argparse.ArgumentParser(
        prog="run_pipeline.py",
        description=DESCRIPTION,
        epilog=f"{examples}\n{ENVIRONMENT}\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    made = {name: add_verb(verbs, name) for name in VERBS}
    for name in ("run", "doctor"):
        add_what_is_read(made[name])
    for name in ("run", "rollback", "doctor"):
        made[name].add_argument(
            "--log-format",
            choices=["text", "json"],
            help="lines for people, or one JSON object a line (default: PIPELINE_LOG, else text)",
        )
    for name in ("status", "history"):
        made[name].add_argument("--json", action="store_true", help="print JSON")
    add_run_options(made["run"])
    made["status"].add_argument(
        "--max-age-hours",
        type=float,
        metavar="HOURS",
        help="exit code 1 if the published version is older, or there is none",
    )
    made["history"].add_argument(
        "--last", type=int, default=10, metavar="N", help="how many runs (default: 10)"
    )
    made["rollback"].add_argument(
        "version", nargs="?", help="a kept version (default: the one before the current)"
    )
    return parser


def add_verb(verbs: Any, name: str) -> argparse.ArgumentParser:
    """A verb with its description, examples, variables and exit codes."""
    short, long = VERBS[name]
    return verbs.add_parser(
        name,
        help=short,
        description=long,
        epilog=f"examples:\n{EXAMPLES[name]}\n{ENVIRONMENT}\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_what_is_read(verb: argparse.ArgumentParser) -> None:
    """Options that decide what a run reads."""
    verb.add_argument(
        "--target",
        choices=["duckdb", "spark"],
        default="duckdb",
        help="the engine (default: duckdb)",
    )
    verb.add_argument(
        "--raw-location",
        metavar="DIR",
        help="own raw data: DIR/<vendor>/<table>.csv or .parquet; the vendors found there are"
        " switched on, and DIR/rules/<seed>.csv replaces a rule (default: the demo company)",
    )
    verb.add_argument(
        "--as-of",
        metavar="DATE",
        help="the day up to which facts count (default: today; for the demo its last day)",
    )
    verb.add_argument(
        "--vars",
        metavar="FILE.yml",
        help="dbt vars, one `name: value` per line; they win over what was found",
    )
    verb.add_argument(
        "--replace-source",
        action="store_true",
        help="publish although the current version was built from other raw data: the demo company,"
        " another raw location, other schemas. Also for raw data that were moved to another path",
    )


def add_run_options(run: argparse.ArgumentParser) -> None:
    """Options on how a run works."""
    run.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would be read, built and published; write nothing",
    )
    run.add_argument(
        "--full-refresh",
        action="store_true",
        help="build incremental models anew, from all raw data",
    )
    run.add_argument(
        "--force",
        action="store_true",
        help="build and publish even where project, settings and raw files are those of the"
        " current version, or of one that was rolled back",
    )
    run.add_argument(
        "--select",
        nargs="+",
        metavar="MART",
        help="try these marts: build and audit them and all that they are made of, and publish"
        " nothing, because a version with some marts of today and some of yesterday would"
        " contradict itself; their tables are in build.duckdb (of target spark, in the folder spark)"
        " until the next run",
    )
    run.add_argument(
        "--from",
        dest="reload_from",
        metavar="DATE",
        help="backfill: read web events delivered from this day on again. Needed only after texts"
        " (URLs, utm, event types) were corrected under the same ids and times of delivery: whatever"
        " else is late, repeated, corrected or withdrawn, every run finds by itself",
    )
    run.add_argument(
        "--until",
        dest="reload_until",
        metavar="DATE",
        help="the last day of delivery of a backfill (default: the newest)",
    )

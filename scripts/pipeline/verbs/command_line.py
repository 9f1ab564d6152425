"""The command line: verbs, options, help."""

import tomllib
from collections.abc import Callable
from typing import Any, TypeVar

import click

from pipeline.core import console
from pipeline.core.settings import PROJECT_DIR, Settings, make_settings

ENVIRONMENT = """\
environment:
  WAREHOUSE_DIR        folder of everything that is written (default: warehouse/)
  KEEP_VERSIONS        how many published versions are kept (default: 3)
  MIN_FREE_GB          free disk space to keep beside the build (default: 1)
  PUBLISHED_READERS    who may read published versions: all (default), group (the group
                       of the warehouse folder) or owner; build and history are private
  DUCKDB_MEMORY_LIMIT, DUCKDB_THREADS, DBT_THREADS    see profiles.yml
  PIPELINE_LOG         text (default) or json: one JSON object per line on standard output
  PIPELINE_WEBHOOK_URL URL that receives the result of a run as JSON; never shown
  PIPELINE_NOTIFY_ON   all (default) or failures
  PIPELINE_DEBUG=1     show the traceback of an internal error
"""

EXIT_CODES = """\
exit codes:
  0 published, built with --select, or nothing has changed
  1 the data failed the build or an audit    2 configuration or input
  3 another run is active                    4 internal error
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
      the same, once, if the published version was built from the demo company or another folder
  python scripts/run_pipeline.py run --raw-location /data/raw --dry-run
      what such a run would read and build; nothing is written
  python scripts/run_pipeline.py run --raw-location /data/raw --select rpt_channel_performance
      build and audit that mart and all that it is made of; publish nothing
  python scripts/run_pipeline.py run --raw-location /data/raw --from 2025-08-01 --until 2025-08-31
      read the web events delivered in August again: their texts were corrected in place
""",
    "status": """\
  python scripts/run_pipeline.py status
      whether a run is active, what readers see, how old it is, how the last run ended
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
      whether a run could start, and if not, what to do
""",
}

Function = TypeVar("Function", bound=Callable[..., Any])


class Verb(click.Command):
    """A command whose help ends with examples, environment variables and exit codes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(f"\nexamples:\n{EXAMPLES[str(self.name)]}\n{ENVIRONMENT}\n{EXIT_CODES}")


class Verbs(click.Group):
    """The group of all verbs, with the same ending."""

    command_class = Verb

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        examples = "".join(EXAMPLES.values())
        formatter.write(f"\nexamples:\n{examples}\n{ENVIRONMENT}\n{EXIT_CODES}")


def print_version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """Prints the version of the project and ends."""
    if is_asked:
        project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))
        click.echo(f"revenue-funnel {project['project']['version']}")
        ctx.exit()


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_version,
    help="Print the version of the project.",
)
@click.pass_context
def pipeline(ctx: click.Context) -> None:
    """
    Turns raw data into published marts, the same way on a laptop, in CI and under a scheduler. Start
    it with .venv/bin/python, which `make build` installs.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def settings_of(**given: Any) -> Settings:
    """The settings of a verb, and its log in their format."""
    settings = make_settings(**given)
    console.configure(settings.log_format, settings.run_id)
    return settings


def set_log_format(_: click.Context, __: click.Parameter, chosen: str | None) -> str | None:
    """Reports failures of other options in the format that was chosen."""
    if chosen:
        console.configure(chosen)
    return chosen


def log_format(function: Function) -> Function:
    """Adds the option on the format of the log."""
    return click.option(
        "--log-format",
        type=click.Choice(console.FORMATS),
        is_eager=True,
        callback=set_log_format,
        help="Lines for people, or one JSON object per line (default: PIPELINE_LOG, else text).",
    )(function)


def what_is_read(function: Function) -> Function:
    """Adds the options that decide what a run reads."""
    for option in reversed(
        (
            click.option(
                "--target",
                type=click.Choice(["duckdb", "spark"]),
                default="duckdb",
                help="The engine (default: duckdb).",
            ),
            click.option(
                "--raw-location",
                metavar="DIR",
                help="Own raw data: DIR/<vendor>/<table>.csv or .parquet. The vendors found there are"
                " switched on, and DIR/rules/<seed>.csv replaces a rule (default: the demo company).",
            ),
            click.option(
                "--as-of",
                metavar="DATE",
                help="The day up to which facts count (default: today; for the demo its last day).",
            ),
            click.option(
                "--vars",
                "vars_file",
                metavar="FILE.yml",
                help="dbt vars, one `name: value` per line; they override what was found.",
            ),
            click.option(
                "--replace-source",
                is_flag=True,
                help="Publish although the current version was built from other raw data: the demo"
                " company, another raw location, other schemas. Also needed once for raw data that"
                " were moved to another path.",
            ),
        )
    ):
        function = option(function)
    return function


@pipeline.command()
@what_is_read
@log_format
@click.option(
    "--dry-run", is_flag=True, help="Say what would be read, built and published; write nothing."
)
@click.option(
    "--full-refresh", is_flag=True, help="Build incremental models anew, from all raw data."
)
@click.option(
    "--force",
    is_flag=True,
    help="Build and publish even if project, settings and raw files are those of the current version,"
    " or of one that was rolled back.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="MART...",
    help="Try these marts: build and audit them and all that they are made of, and publish nothing,"
    " because a version must not mix marts of different runs. Their tables are in build.duckdb (target"
    " spark: in the folder spark) until the next run.",
)
@click.argument("more_marts", nargs=-1, metavar="")
@click.option(
    "--from",
    "reload_from",
    metavar="DATE",
    help="Backfill: read web events delivered from this day on again. Needed only after texts (URLs,"
    " utm, event types) were corrected under the same ids and times of delivery: every run finds late,"
    " repeated, corrected and withdrawn events by itself.",
)
@click.option(
    "--until",
    "reload_until",
    metavar="DATE",
    help="The last day of delivery of a backfill (default: the newest).",
)
def run(dry_run: bool, select: tuple[str, ...], more_marts: tuple[str, ...], **given: Any) -> int:
    """Audit the raw data, build, audit the marts, and publish them if all is well."""
    if more_marts and not select:
        raise click.UsageError(f"Unexpected argument {more_marts[0]}")
    settings = settings_of(select=select + more_marts, **given)
    if dry_run:
        from pipeline.verbs.dry_run import dry_run as verb
    else:
        from pipeline.verbs.run import run as verb
    return verb(settings)


@pipeline.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--max-age-hours",
    type=float,
    metavar="HOURS",
    help="Exit with code 1 if the published version is older, or there is none.",
)
def status(as_json: bool, max_age_hours: float | None) -> int:
    """Show what is published, how old it is, whether a run is active, and how the last run ended."""
    from pipeline.verbs import status as verb

    return verb.status(settings_of(), as_json, max_age_hours)


@pipeline.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--last", type=int, default=10, metavar="N", help="How many runs (default: 10).")
def history(as_json: bool, last: int) -> int:
    """List the last runs with their steps, newest first."""
    from pipeline.verbs import status as verb

    return verb.show_history(settings_of(), last, as_json)


@pipeline.command()
@click.argument("version", required=False)
@log_format
def rollback(version: str | None, log_format: str | None) -> int:
    """
    Switch `current` to another kept version (default: the one before the current version), then
    Spark's views if Spark has readers, and record it.
    """
    from pipeline.verbs import rollback as verb

    return verb.rollback(settings_of(log_format=log_format), version)


@pipeline.command()
@what_is_read
@log_format
def doctor(**given: Any) -> int:
    """
    Check Python, packages, profiles, warehouse, disk, locks, clock and raw data, and say what to
    do. Writes nothing. Exit code 2 if a run could not start.
    """
    from pipeline.verbs import doctor as verb

    return verb.doctor(settings_of(**given))

"""The command line: commands, options, help."""

import textwrap
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.core import console
from pipeline.core.settings import PROJECT_DIR, Environment, Settings, make_settings

EXIT_CODES = """\
exit codes:
  0 published, built with --select, or nothing has changed
  1 the data failed the build or an audit    2 configuration or input
  3 another run is active                    4 internal error
"""
# Command lines, with what they do.
EXAMPLES = {
    "run": "the demo company, into warehouse/",
    "run --raw-location /data/raw --as-of 2025-06-30": "own data in"
    " /data/raw/<vendor>/<table>.csv or .parquet, with facts up to that day",
    "run --raw-location /data/raw --vars own.yml": "the same with other thresholds",
    "run --raw-location /data/raw --replace-source": "the same, once, if the published version"
    " was built from the demo company or another folder",
    "run --raw-location /data/raw --dry-run": "what such a run would read and build; writes nothing",
    "run --raw-location /data/raw --select rpt_channel_performance": "build and audit this mart"
    " and everything it depends on; publish nothing",
    "run --raw-location /data/raw --from 2025-08-01 --until 2025-08-31": "read again the web"
    " events delivered in August, because their texts were corrected in place",
    "run --docs": "the same with a page on models, columns and lineage, beside the marts",
    "status": "what is published and how old it is, whether a run is active, how the last ended",
    "status --max-age-hours 26": "for a monitor: exit code 1 if the published version is older",
    "history --last 3": "the last three runs with their steps",
    "history --json": "the last ten as JSON",
    "rollback": "switch readers back to the previous version",
    "rollback 20251231T030004Z-1a2b3c": "switch readers to this version (`status` lists them)",
    "init --raw-location /data/exports": "which tables the files there are, what the marts will lack,"
    " and a vars file to start from",
    "doctor --raw-location /data/raw": "check whether a run can start; if not, say what to do",
}

Function = TypeVar("Function", bound=Callable[..., Any])


class Verb(click.Command):
    """A command whose help ends with examples, environment variables and exit codes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        is_group = isinstance(self, click.Group)
        formatter.write("\nexamples:\n")
        for arguments, meaning in EXAMPLES.items():
            if is_group or arguments.split()[0] == self.name:
                formatter.write(f"  python scripts/run_pipeline.py {arguments}\n")
                formatter.write(textwrap.indent(textwrap.fill(meaning, 90), " " * 6) + "\n")
        fields = Environment.model_fields.items()
        formatter.write("\nenvironment:\n")
        with formatter.indentation():
            formatter.write_dl([(name.upper(), field.description or "") for name, field in fields])
        formatter.write(f"\n{EXIT_CODES}")


class Verbs(Verb, click.Group):
    """The group of all commands, with the examples of all."""

    command_class = Verb


def print_version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """Prints the version of the project and exits."""
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
    Turn raw data into published marts. Start this script with .venv/bin/python, which `make build`
    installs.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def settings_of(**given: Any) -> Settings:
    """The settings of a command; sets the format of its log."""
    settings = make_settings(**given)
    console.configure(settings.environment.pipeline_log, settings.run_id)
    return settings


def set_log_format(_: click.Context, __: click.Parameter, chosen: str | None) -> str | None:
    """Sets the format before other options are parsed, so that their errors have it too."""
    if chosen:
        console.configure(chosen)
    return chosen


log_format = click.option(
    "--log-format",
    type=click.Choice(console.FORMATS),
    is_eager=True,
    callback=set_log_format,
    help="Lines for people, or one JSON object per line (default: PIPELINE_LOG, else text).",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
# The options that decide what a run reads.
INPUT_OPTIONS = (
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
        " switched on, and DIR/rules/<rule>.csv replaces a rule (default: the demo company).",
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
        help="dbt vars, one `name: value` per line. They override what was found.",
    ),
    click.option(
        "--replace-source",
        is_flag=True,
        help="Publish although the current version was built from other raw data: the demo company,"
        " another raw location, other schemas. Also needed once after raw data were moved.",
    ),
    log_format,
)


def reads_inputs(function: Function) -> Function:
    """Adds the options that decide what a run reads."""
    for option in reversed(INPUT_OPTIONS):
        function = option(function)
    return function


@pipeline.command()
@reads_inputs
@click.option(
    "--dry-run", is_flag=True, help="Print what would be read, built and published; write nothing."
)
@click.option("--full-refresh", is_flag=True, help="Rebuild incremental models from all raw data.")
@click.option(
    "--force",
    is_flag=True,
    help="Build and publish even if project, settings and raw files are those of the current version"
    " or of one that was rolled back.",
)
@click.option(
    "--docs",
    is_flag=True,
    help="Also publish docs/index.html: models, columns, lineage and metrics, one page made by dbt docs.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="MART...",
    help="Build and audit these marts and everything they depend on, and publish nothing, because a"
    " version must not mix marts of different runs. The marts are in build.duckdb (target spark: in"
    " the folder spark) until the next run.",
)
@click.argument("more_marts", nargs=-1, metavar="")
@click.option(
    "--from",
    "reload_from",
    metavar="DATE",
    help="Backfill: read again the web events delivered from this day on. Only needed if texts (URLs,"
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
    """Audit the raw data, build, audit the marts, and publish them if nothing failed."""
    if more_marts and not select:
        raise click.UsageError(f"Unexpected argument {more_marts[0]}")
    if select and given["docs"]:
        raise click.UsageError("--select publishes nothing, so --docs would be lost.")
    settings = settings_of(select=select + more_marts, **given)
    if dry_run:
        from pipeline.verbs.dry_run import dry_run as verb
    else:
        from pipeline.verbs.run import run as verb
    return verb(settings)


@pipeline.command()
@as_json
@click.option(
    "--max-age-hours",
    type=float,
    metavar="HOURS",
    help="Exit with code 1 if the published version is older, or if there is none.",
)
def status(as_json: bool, max_age_hours: float | None) -> int:
    """Show what is published, how old it is, whether a run is active, and how the last run ended."""
    from pipeline.verbs import status as verb

    return verb.status(settings_of(), as_json, max_age_hours)


@pipeline.command()
@as_json
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
    Switch `current` to another kept version (default: the one before the current version), and
    Spark's views if Spark has readers.
    """
    from pipeline.verbs import rollback as verb

    return verb.rollback(settings_of(log_format=log_format), version)


@pipeline.command()
@reads_inputs
def doctor(**given: Any) -> int:
    """
    Check Python, packages, profiles, warehouse, disk, locks, clock and raw data, and say what to do.
    Writes nothing. Exit code 2 if a run could not start.
    """
    from pipeline.verbs import doctor as verb

    return verb.doctor(settings_of(**given))


@pipeline.command()
@click.option("--raw-location", metavar="DIR", required=True, help="The folder with your exports.")
@click.option(
    "--out",
    metavar="FILE.yml",
    default="own.yml",
    help="The vars file to write (default: own.yml).",
)
def init(raw_location: str, out: str) -> int:
    """
    Look at a folder of exports: say which raw tables the files are and what the marts will lack without
    others, and write a vars file to start from. Changes nothing else.
    """
    from pipeline.verbs import init as verb

    return verb.init(settings_of(raw_location=raw_location), Path(out))

"""The settings of a command: from the command line, the environment and the file of --vars."""

import datetime
import os
import secrets
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pydantic
import yaml

from pipeline.core.errors import InputError, check_known, refused

PROJECT_DIR = Path(__file__).resolve().parents[3]


class Environment(pydantic.BaseModel):
    """The environment variables, in lower case. `--help` prints their descriptions."""

    warehouse_dir: Path | None = pydantic.Field(
        None, description="folder of everything that is written (default: warehouse/)"
    )
    keep_versions: int = pydantic.Field(
        3, ge=1, description="number of published versions to keep, 1 or more (default: 3)"
    )
    min_free_gb: float = pydantic.Field(
        1, ge=0, description="disk space to leave free beside the build, in GB (default: 1)"
    )
    published_readers: Literal["all", "group", "owner"] = pydantic.Field(
        "all",
        description="readers of published versions: all (default), group (the group of the"
        " warehouse folder) or owner; build and history are always private",
    )
    duckdb_memory_limit: str = pydantic.Field("8GB", description="memory of DuckDB (default: 8GB)")
    duckdb_threads: int = pydantic.Field(2, ge=1, description="threads of DuckDB (default: 2)")
    dbt_profiles_dir: Path | None = pydantic.Field(
        None, description="folder of profiles.yml (default: the project)"
    )
    dbt_target_path: Path = pydantic.Field(Path("target"), description="dbt's folder of artifacts")
    dbt_log_path: Path = pydantic.Field(Path("logs"), description="dbt's folder of logs")
    pipeline_log: Literal["text", "json"] = pydantic.Field(
        "text", description="text (default) or json: one JSON object per line on standard output"
    )
    # A secret, so not part of repr().
    pipeline_webhook_url: str | None = pydantic.Field(
        None, repr=False, description="URL that receives the result of a run as JSON; never printed"
    )
    pipeline_notify_on: Literal["all", "failures"] = pydantic.Field(
        "all", description="results to send: all (default) or failures"
    )
    pipeline_debug: bool = pydantic.Field(False, description="1 prints the traceback of an error")

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Environment":
        """The variables that are set; a value that cannot be used is an error."""
        given = {name.lower(): value for name, value in environ.items() if value}
        try:
            return cls.model_validate(given)
        except pydantic.ValidationError as error:
            name, fault = refused(error)
            advice = f"Correct it. {name.upper()}: {cls.model_fields[name].description}."
            raise InputError(f"{name.upper()}={fault}", advice) from error


@dataclass(frozen=True)
class Settings:
    """The settings of one command."""

    run_id: str
    started_at: datetime.datetime
    warehouse_dir: Path
    project_dir: Path = PROJECT_DIR
    environment: Environment = field(default_factory=lambda: Environment.read({}))
    target: str = "duckdb"
    full_refresh: bool = False
    force: bool = False
    replace_source: bool = False
    # Whether the version gets pages on the project, by `dbt docs`.
    docs: bool = False
    # Marts to build without publishing; empty: build and publish all.
    select: tuple[str, ...] = ()
    # First and last day of delivery of the web events to read again.
    reload_days: tuple[str, str] | None = None
    raw_location: Path | None = None
    as_of: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)

    @property
    def profiles_dir(self) -> Path:
        """The folder of profiles.yml."""
        return (self.environment.dbt_profiles_dir or self.project_dir).absolute()

    @property
    def target_path(self) -> Path:
        """dbt's folder of artifacts."""
        return self.project_dir / self.environment.dbt_target_path

    @property
    def log_path(self) -> Path:
        """dbt's folder of logs."""
        return self.project_dir / self.environment.dbt_log_path

    @property
    def build_database(self) -> Path:
        """The private database that dbt builds."""
        return self.warehouse_dir / "build.duckdb"

    @property
    def mart_files_dir(self) -> Path:
        """The Parquet files of the marts of target duckdb; the build database has views on them."""
        return self.warehouse_dir / "build_marts"

    @property
    def data_docs_dir(self) -> Path:
        """The pages about the quality checks of the last run; a version has a copy in its folder data_docs."""
        return self.warehouse_dir / "build_data_docs"

    @property
    def report_dir(self) -> Path:
        """The report page of the last run; a version has a copy in its folder report."""
        return self.warehouse_dir / "build_report"

    @property
    def docs_dir(self) -> Path:
        """The pages on the project of the last run with --docs; a version of such a run has a copy in its folder docs."""
        return self.warehouse_dir / "build_docs"

    @property
    def spark_warehouse(self) -> Path:
        """The folder of the tables that target spark builds."""
        return self.warehouse_dir / "spark"

    @property
    def built_in(self) -> Path:
        """Where the marts are before they are published."""
        return self.build_database if self.target == "duckdb" else self.spark_warehouse

    @property
    def history_database(self) -> Path:
        """The private record of all runs."""
        return self.warehouse_dir / "history.duckdb"

    @property
    def current(self) -> Path:
        """The symbolic link to the published version."""
        return self.warehouse_dir / "current"

    @property
    def spill_dir(self) -> Path:
        """DuckDB's folder for data that do not fit in memory; a run that is killed may leave it."""
        return self.warehouse_dir / ".spill"

    @property
    def versions_dir(self) -> Path:
        """The folder of the published versions that are kept."""
        return self.warehouse_dir / "versions"

    @property
    def manifest(self) -> Path:
        """dbt's description of the project, written by a build."""
        return self.target_path / "manifest.json"

    @property
    def is_demo(self) -> bool:
        """Whether the run reads the seeds of the demo company."""
        return self.raw_location is None and self.vars.get("raw_data", "demo") == "demo"

    @property
    def source(self) -> str:
        """What the run reads, in words that are the same for every run of this source."""
        if self.is_demo:
            return "the demo company"
        if self.raw_location:
            return str(self.raw_location)
        database = self.vars.get("raw_database") or "the build database"
        schemas = sorted((self.vars.get("raw_schemas") or {}).items())
        names = ", ".join(f"{vendor} in {schema}" for vendor, schema in schemas)
        return f"the tables of {database}" + (f" ({names})" if names else "")

    @property
    def is_always_built(self) -> bool:
        """Whether the run builds even if nothing has changed, because an option asks for it."""
        return bool(self.force or self.full_refresh or self.reload_days or self.select or self.docs)


def new_run_id(now: datetime.datetime, newest: str = "") -> str:
    """A unique run id that sorts by time, and after `newest` even if the clock went back."""
    run_id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    if run_id > newest:
        return run_id
    return new_run_id(started_at_of(newest) + datetime.timedelta(seconds=1))


def started_at_of(run_id: str) -> datetime.datetime:
    """The time in a run id."""
    return datetime.datetime.strptime(run_id.split("-")[0], "%Y%m%dT%H%M%SZ")


def utc_now() -> datetime.datetime:
    """The time in UTC, without an offset, as DuckDB's timestamps have it."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def project_file(project_dir: Path) -> dict[str, Any]:
    """dbt_project.yml as a dictionary."""
    text = (project_dir / "dbt_project.yml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def read_vars(path: Path, project_dir: Path) -> dict[str, Any]:
    """The dbt vars of a YAML file, checked by name and kind."""
    one_per_line = "Write one `name: value` per line."
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise InputError(
            f"--vars {path}: {error.strerror or error}.", "Pass the path of a readable YAML file."
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark
        line = mark.line + 1 if mark else "?"
        raise InputError(
            f"--vars {path} is not YAML: line {line}: {error.problem}.", one_per_line
        ) from error
    if not isinstance(given, dict):
        raise InputError(f"--vars {path} has no `name: value` lines.", one_per_line)
    known = project_file(project_dir)["vars"]
    for name, value in given.items():
        advice = "{} dbt_project.yml describes all vars."
        check_known(f"--vars {path}", "var", str(name), known, advice)
        check_var(f"--vars {path}: {name}: {value}", name, value, known[name])
    return given


def check_var(place: str, name: str, value: Any, default: Any) -> None:
    """Stops if a value has another type than the project's own value, or is not a time zone."""
    kinds = {bool: "true or false", list: "a list", dict: "a mapping"}
    kind = float if type(default) is int else type(default)
    if kind in (*kinds, float):
        try:
            pydantic.TypeAdapter(kind).validate_python(value, strict=True)
        except pydantic.ValidationError as error:
            written = yaml.safe_dump({name: default}, default_flow_style=True).strip(" {}\n")
            raise InputError(
                f"{place} is not {kinds.get(kind, 'a number')}.",
                f"Write it like the project's own value, `{written}`.",
            ) from error
    if name == "reporting_timezone" and value not in zoneinfo.available_timezones():
        raise InputError(f"{place} is not a time zone.", "Use an IANA name, such as Europe/Berlin.")


def parse_date(text: str | None, option: str) -> str | None:
    """An ISO date, checked."""
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InputError(f"{option} {text} is not a date.", "Write it as 2025-12-31.") from error


def days_between(first: str | None, last: str | None, full_refresh: bool) -> tuple[str, str] | None:
    """The days of a backfill; without an end it goes on to the newest."""
    if first is None and last is None:
        return None
    if full_refresh:
        raise InputError(
            "--full-refresh reads the web events of all days, --from and --until only some days.",
            "Leave out one of them.",
        )
    days = (
        parse_date(first, "--from") or "0001-01-01",
        parse_date(last, "--until") or "9999-12-31",
    )
    if days[0] > days[1]:
        raise InputError(f"--from {days[0]} is after --until {days[1]}.", "Swap the two dates.")
    return days


def day_of(option: str | None, given: Mapping[str, Any], now: datetime.datetime) -> str | None:
    """The day up to which facts count, if it was given; it must not be in the future."""
    name = "--as-of" if option else "var as_of_date"
    text = option or (str(given["as_of_date"]) if given.get("as_of_date") is not None else None)
    day = parse_date(text, name)
    # Time zones are up to 14 hours ahead of UTC.
    if day and day > (now + datetime.timedelta(hours=14)).date().isoformat():
        raise InputError(
            f"{name} {day} is in the future: the clock of this machine says {now:%Y-%m-%d} (UTC).",
            "Pass today's date or an earlier day.",
        )
    return day


def make_settings(
    *,
    select: Sequence[str] = (),
    reload_from: str | None = None,
    reload_until: str | None = None,
    raw_location: str | None = None,
    as_of: str | None = None,
    vars_file: str | None = None,
    log_format: str | None = None,
    environ: Mapping[str, str] = os.environ,
    project_dir: Path = PROJECT_DIR,
    **switches: Any,
) -> Settings:
    """
    The settings of a command. The command line overrides the file of --vars, and both override the
    environment. `switches` are fields of Settings.
    """
    started_at = utc_now()
    environment = Environment.read(
        {**environ, "PIPELINE_LOG": log_format} if log_format else environ
    )
    given = read_vars(Path(vars_file), project_dir) if vars_file else {}
    location = raw_location or given.get("raw_location") or None
    if location and given.get("raw_data") == "demo":
        raise InputError(
            f"Raw location {location} and var raw_data: demo exclude each other.",
            "Leave out one of them.",
        )
    return Settings(
        run_id=new_run_id(started_at),
        started_at=started_at,
        warehouse_dir=(environment.warehouse_dir or project_dir / "warehouse").absolute(),
        project_dir=project_dir,
        environment=environment,
        select=tuple(dict.fromkeys(select)),
        reload_days=days_between(reload_from, reload_until, bool(switches.get("full_refresh"))),
        raw_location=Path(location).absolute() if location else None,
        as_of=day_of(as_of, given, started_at),
        vars=given,
        **switches,
    )

"""The settings of one run: from the command line, the environment, and a file of dbt vars."""

import datetime
import json
import os
import secrets
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.core import console
from pipeline.core.errors import InputError

# Which verdicts go to the webhook: all but that nothing has changed, or failures alone.
NOTIFY_ON = ("all", "failures")
# Who may read what is published.
ALL, GROUP, OWNER = READERS = ("all", "group", "owner")
PROJECT_DIR = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Settings:
    """All settings of a run; they do not change while it runs."""

    run_id: str
    started_at: datetime.datetime
    warehouse_dir: Path
    project_dir: Path = PROJECT_DIR
    profiles_dir: Path = PROJECT_DIR
    target_path: Path = PROJECT_DIR / "target"
    log_path: Path = PROJECT_DIR / "logs"
    target: str = "duckdb"
    full_refresh: bool = False
    force: bool = False
    replace_source: bool = False
    # Marts to try, without publishing; all, and published, where none is named.
    select: tuple[str, ...] = ()
    # First and last day of delivery of the web events that are read again.
    reload_days: tuple[str, str] | None = None
    raw_location: Path | None = None
    as_of: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    keep_versions: int = 3
    min_free_gb: float = 1.0
    published_readers: str = ALL
    log_format: str = console.TEXT
    # It bears a secret: kept out of what shows settings.
    webhook_url: str | None = field(default=None, repr=False)
    notify_on: str = NOTIFY_ON[0]

    @property
    def build_database(self) -> Path:
        """The private database that dbt builds into."""
        return self.warehouse_dir / "build.duckdb"

    @property
    def mart_files_dir(self) -> Path:
        """Where a build of target duckdb writes the marts, as Parquet files on which the build database has views."""
        return self.warehouse_dir / "build_marts"

    @property
    def spark_warehouse(self) -> Path:
        """The folder of the tables that target spark builds."""
        return self.warehouse_dir / "spark"

    @property
    def built_in(self) -> Path:
        """Where the marts lie before they are published."""
        return self.build_database if self.target == "duckdb" else self.spark_warehouse

    @property
    def history_database(self) -> Path:
        """The private record of all runs."""
        return self.warehouse_dir / "history.duckdb"

    @property
    def current(self) -> Path:
        """The symlink to the published version."""
        return self.warehouse_dir / "current"

    @property
    def spill_dir(self) -> Path:
        """Where the pipeline's own DuckDB puts what does not fit in memory; a run that is killed may leave it."""
        return self.warehouse_dir / ".spill"

    @property
    def versions_dir(self) -> Path:
        """The folder of the published versions that are kept."""
        return self.warehouse_dir / "versions"

    @property
    def is_demo(self) -> bool:
        """Whether the demo company's seeds are the raw data."""
        return self.raw_location is None and self.vars.get("raw_data", "demo") == "demo"

    @property
    def source(self) -> str:
        """What a run reads, named the same in every run: versions of two sources have two names."""
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
        """Whether a run builds though nothing has changed: something was asked for expressly."""
        return bool(self.force or self.full_refresh or self.reload_days or self.select)

    @property
    def manifest(self) -> Path:
        """What dbt knows of the project after a build."""
        return self.target_path / "manifest.json"


def new_run_id(now: datetime.datetime, newest: str = "") -> str:
    """
    A run id that is unique and sorts by time; after `newest` even where the clock stands before it.
    """
    run_id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    if run_id > newest:
        return run_id
    return new_run_id(started_at_of(newest) + datetime.timedelta(seconds=1))


def started_at_of(run_id: str) -> datetime.datetime:
    """The time in a run id."""
    return datetime.datetime.strptime(run_id.split("-")[0], "%Y%m%dT%H%M%SZ")


def project_file(project_dir: Path) -> dict[str, Any]:
    """dbt_project.yml as a dictionary."""
    stated: dict[str, Any] = yaml.safe_load(
        (project_dir / "dbt_project.yml").read_text(encoding="utf-8")
    )
    return stated


def read_vars(path: Path | None, project_dir: Path) -> dict[str, Any]:
    """The dbt vars of a YAML file; a name that the project does not have is an error."""
    if path is None:
        return {}
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise InputError(
            f"--vars {path}: {error.strerror or error}.", "Give the path of a readable YAML file."
        ) from error
    except yaml.YAMLError as error:
        raise InputError(
            f"--vars {path} is not YAML: {error}", "Write one `name: value` per line."
        ) from error
    if not isinstance(given, dict):
        raise InputError(f"--vars {path} holds no mapping.", "Write one `name: value` per line.")
    known = project_file(project_dir)["vars"]
    unknown = sorted(str(name) for name in given if name not in known)
    if unknown:
        raise InputError(
            f"--vars {path}: unknown {', '.join(unknown)}.",
            f"The project's vars are: {', '.join(known)}.",
        )
    for name, value in given.items():
        check_var(path, name, value, known[name])
    return given


def check_var(path: Path, name: str, value: Any, default: Any) -> None:
    """Stops at a value of another kind than the project's own value of the var."""
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "a mapping",
    }
    kind = type(default)
    accepted = (int, float) if kind in (int, float) else kind
    is_wrong = kind in kinds and (
        not isinstance(value, accepted) or (kind is not bool and isinstance(value, bool))
    )
    if is_wrong:
        raise InputError(
            f"--vars {path}: {name}: {value} is not {kinds[kind]}.",
            f"Write it like the project's own value, {name}: {json.dumps(default)}.",
        )
    if name == "reporting_timezone" and value not in zoneinfo.available_timezones():
        raise InputError(
            f"--vars {path}: {name}: {value} is not a time zone.",
            "Give a name of the IANA database, such as UTC or Europe/Berlin.",
        )


def parse_date(text: str | None, option: str) -> str | None:
    """An ISO date, checked."""
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InputError(f"{option} {text} is not a date.", "Write it as 2025-12-31.") from error


def days_between(first: str | None, last: str | None, full_refresh: bool) -> tuple[str, str] | None:
    """The days of a backfill; one without an end goes on to the newest."""
    if first is None and last is None:
        return None
    if full_refresh:
        raise InputError(
            "--full-refresh reads the web events of all days, --from and --until those of some.",
            "Leave one of them out.",
        )
    days = (
        parse_date(first, "--from") or "0001-01-01",
        parse_date(last, "--until") or "9999-12-31",
    )
    if days[0] > days[1]:
        raise InputError(f"--from {days[0]} is after --until {days[1]}.", "Exchange them.")
    return days


def _number(environ: Mapping[str, str], name: str, default: float, least: float) -> float:
    text = environ.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError as error:
        raise InputError(
            f"{name}={text} is not a number.", f"Set it to {least:g} or more."
        ) from error
    if value < least:
        raise InputError(f"{name}={text} is too small.", f"Set it to {least:g} or more.")
    return value


def one_of(environ: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    """The value of a variable that knows a few; the first where it is not set."""
    chosen = environ.get(name) or values[0]
    if chosen not in values:
        raise InputError(
            f"{name}={chosen} is not a valid value.", f"Set it to {' or '.join(values)}."
        )
    return chosen


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
    The settings of a run. The command line overrides the vars file, the vars file overrides
    defaults. `switches` are fields of Settings (target, force and the like), taken as they are.
    """
    started_at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    given = read_vars(Path(vars_file) if vars_file else None, project_dir)
    location = raw_location or given.get("raw_location") or None
    if location and given.get("raw_data") == "demo":
        raise InputError(
            f"A raw location ({location}) and raw_data: demo contradict each other.",
            "Leave one of them out.",
        )
    return Settings(
        run_id=new_run_id(started_at),
        started_at=started_at,
        warehouse_dir=Path(environ.get("WAREHOUSE_DIR") or project_dir / "warehouse").absolute(),
        project_dir=project_dir,
        profiles_dir=Path(environ.get("DBT_PROFILES_DIR") or project_dir).absolute(),
        target_path=project_dir / (environ.get("DBT_TARGET_PATH") or "target"),
        log_path=project_dir / (environ.get("DBT_LOG_PATH") or "logs"),
        select=tuple(dict.fromkeys(select)),
        reload_days=days_between(reload_from, reload_until, bool(switches.get("full_refresh"))),
        raw_location=Path(location).absolute() if location else None,
        as_of=day_of(as_of, given, started_at),
        vars=given,
        keep_versions=int(_number(environ, "KEEP_VERSIONS", 3, 1)),
        min_free_gb=_number(environ, "MIN_FREE_GB", 1.0, 0.0),
        published_readers=one_of(environ, "PUBLISHED_READERS", READERS),
        log_format=log_format or one_of(environ, "PIPELINE_LOG", console.FORMATS),
        webhook_url=environ.get("PIPELINE_WEBHOOK_URL") or None,
        notify_on=one_of(environ, "PIPELINE_NOTIFY_ON", NOTIFY_ON),
        **switches,
    )


def day_of(option: str | None, given: Mapping[str, Any], now: datetime.datetime) -> str | None:
    """The day up to which facts count, if it was given; a day to come is an error."""
    name = "--as-of" if option else "var as_of_date"
    text = option or (str(given["as_of_date"]) if given.get("as_of_date") is not None else None)
    day = parse_date(text, name)
    # Time zones are up to 14 hours ahead of UTC.
    if day and day > (now + datetime.timedelta(hours=14)).date().isoformat():
        raise InputError(
            f"{name} {day} is in the future: this machine's clock says {now:%Y-%m-%d} (UTC).",
            "Give today's date or an earlier day.",
        )
    return day

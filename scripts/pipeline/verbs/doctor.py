"""The verb `doctor`: is everything there that a run needs? Says of each finding what to do."""

import importlib.metadata
import logging
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from pipeline.core import access, console, lock, places, versions
from pipeline.core.errors import InputError, PipelineError, not_permitted
from pipeline.core.settings import Settings
from pipeline.engines.spark_session import check_catalogue_is_free, check_installed, check_method
from pipeline.inputs.find import find_inputs
from pipeline.publishing import spark_readers
from pipeline.records import history
from pipeline.verbs.preflight import PUBLIC_SALT, check_clock, check_source, has_public_salt

OK, WARNING, PROBLEM = "ok", "warning", "PROBLEM"
LEAST_PYTHON = (3, 11)
# Another version of these may build other numbers; of the rest it is worth a word.
DECISIVE = {"dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "duckdb-sqlalchemy"}
DECISIVE |= {"sqlalchemy", "dbt-spark", "pyspark"}
# The lock of each target, and what installs it.
LOCKS = {
    "duckdb": ("requirements.lock", "`make build` once, or "),
    "spark": ("requirements-spark.lock", ""),
}


@dataclass(frozen=True)
class Finding:
    """One look at one thing."""

    what: str
    state: str
    text: str
    advice: str = ""

    @property
    def in_words(self) -> str:
        """The text, with the advice below unless all is well."""
        return (
            self.text if self.state == OK or not self.advice else f"{self.text}\n-> {self.advice}"
        )


def doctor(settings: Settings) -> int:
    """Prints every finding; exit code 2 if a run could not succeed."""
    found = [finding for look in LOOKS for finding in guarded(look, settings)]
    problems = sum(finding.state == PROBLEM for finding in found)
    is_running = lock.holder(settings.warehouse_dir) is not None
    if console.is_json():
        for finding in found:
            level = {OK: logging.INFO, WARNING: logging.WARNING, PROBLEM: logging.ERROR}
            console.log(
                "doctor",
                finding.text,
                level[finding.state],
                "finding",
                what=finding.what,
                advice=finding.advice,
            )
    else:
        console.table([(f"{f.state:<7}", f"{f.what:<11}", f.in_words) for f in found])
        print(f"\n{verdict(problems, is_running)}")
    return InputError.exit_code if problems else 0


def verdict(problems: int, is_running: bool) -> str:
    """The last line, for people."""
    if problems:
        return f"{problems} {'problem' if problems == 1 else 'problems'} to fix before a run."
    if is_running:
        return "No problem found. A run is active: another can start when it has ended."
    return "A run can start."


def guarded(look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    """The findings of a look; what it raises is one."""
    what = look.__name__.removeprefix("look_at_").replace("_", " ")
    try:
        for finding in look(settings):
            yield Finding(what, finding.state, finding.text, finding.advice)
    except (PipelineError, PermissionError) as raised:
        error = (
            raised
            if isinstance(raised, PipelineError)
            else not_permitted(raised.filename or raised)
        )
        yield Finding(what, PROBLEM, error.message, error.advice)
    except (OSError, duckdb.Error, yaml.YAMLError) as error:
        yield Finding(
            what, PROBLEM, f"{type(error).__name__}: {error}", "Fix what the message names."
        )


def look_at_python(_: Settings) -> Iterator[Finding]:
    """The interpreter."""
    found = f"{sys.version_info.major}.{sys.version_info.minor} ({sys.executable})"
    wanted = ".".join(map(str, LEAST_PYTHON))
    is_fine = sys.version_info[:2] >= LEAST_PYTHON
    yield Finding("", OK if is_fine else PROBLEM, found, f"Use Python {wanted} or newer.")


def look_at_packages(settings: Settings) -> Iterator[Finding]:
    """What is installed, against the lock."""
    lock_file, by_make = LOCKS[settings.target]
    pip = f"{sys.executable} -m pip install --require-hashes --no-deps -r {lock_file}"
    advice = f"Run {by_make}{pip}."
    wrong: dict[str, list[str]] = {PROBLEM: [], WARNING: []}
    locked = dict(locked_versions(settings.project_dir / lock_file))
    for name, wanted in locked.items():
        found = installed(name)
        if found != wanted:
            kind = PROBLEM if name in DECISIVE else WARNING
            wrong[kind].append(f"{name} {found or 'missing'} (locked: {wanted})")
    for state, names in wrong.items():
        if names:
            yield Finding("", state, ", ".join(names), advice)
    if not any(wrong.values()):
        yield Finding(
            "",
            OK,
            f"all {len(locked)} as locked: dbt {locked['dbt-core']}, DuckDB {locked['duckdb']}"
            + (f", Spark {locked['pyspark']}" if "pyspark" in locked else ""),
        )


def locked_versions(lock_file: Path) -> Iterator[tuple[str, str]]:
    """(package, version) of a lock, as far as it is meant for this machine."""
    from packaging.requirements import Requirement

    for line in re.findall(r"^([A-Za-z0-9][^\\\n#]*==[^\\\n#]*)", lock_file.read_text(), re.M):
        requirement = Requirement(line.strip())
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement.name.lower(), str(requirement.specifier).removeprefix("==")


def installed(name: str) -> str | None:
    """The installed version of a package."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def look_at_profiles(settings: Settings) -> Iterator[Finding]:
    """dbt's connections."""
    path = settings.profiles_dir / "profiles.yml"
    advice = "Unset DBT_PROFILES_DIR to use the project's own, or add the target there."
    if not path.is_file():
        yield Finding("", PROBLEM, f"{path} is not there", advice)
        return
    profile = yaml.safe_load(path.read_text(encoding="utf-8")).get("revenue_funnel") or {}
    if settings.target not in (profile.get("outputs") or {}):
        text = f"{path} has no target {settings.target} in profile revenue_funnel"
        yield Finding("", PROBLEM, text, advice)
        return
    yield Finding("", OK, f"{path}, target {settings.target}")


def look_at_engine(settings: Settings) -> Iterator[Finding]:
    """Spark needs Java; DuckDB nothing."""
    if settings.target == "spark":
        check_installed()
        check_method(settings)
    yield Finding("", OK, settings.target)


def look_at_warehouse(settings: Settings) -> Iterator[Finding]:
    """Where all is written: permissions, and what is published there."""
    places.check_warehouse(settings, writes=False)
    link = settings.current
    if link.is_symlink() and not link.exists():
        yield Finding(
            "",
            PROBLEM,
            f"{link} points to {link.readlink()}, which is not there",
            "Roll back to a kept version, or start a run with --force.",
        )
        return
    current = versions.current_version(settings) or "nothing published yet"
    yield Finding("", OK, f"{settings.warehouse_dir} can be written to; {current}")
    if spark_readers.seen(settings):
        state = OK if spark_readers.are_in_step(settings) else WARNING
        seen = spark_readers.in_words(settings)
        yield Finding("", state, f"Spark's readers see {seen}", "Start a run: it switches them.")


def look_at_access(settings: Settings) -> Iterator[Finding]:
    """Who can read what: published versions, the private build, and dbt's own folders."""
    places.check_dbt_folders(settings)
    who = settings.published_readers
    for path in access.open_to_others(settings):
        text = f"{path} can be read by other users and holds personal data"
        yield Finding("", WARNING, text, "Start a run, which closes it; set umask 077 for dbt.")
    for folder in access.closed_folders(settings):
        advice = f"chmod it so that they can, or set PUBLISHED_READERS (now {who})."
        yield Finding("", WARNING, f"readers of published marts cannot pass {folder}", advice)
    yield Finding("", OK, f"published versions are for {who} (PUBLISHED_READERS)")


def look_at_disk(settings: Settings) -> Iterator[Finding]:
    """Room for a run."""
    places.check_disk(settings)
    free = shutil.disk_usage(places.existing(settings.warehouse_dir)).free / 1024**3
    yield Finding("", OK, f"{free:.1f} GB free")


def look_at_locks(settings: Settings) -> Iterator[Finding]:
    """Who is at work; what a dead process has left is no problem, and goes with the next run."""
    holder = lock.holder(settings.warehouse_dir)
    if holder:
        text = (
            f"a run is active: process {holder.get('pid', '?')}, since {holder.get('started_at')}"
        )
        yield Finding("", WARNING, text, "Wait until it has ended.")
        return
    places.check_build_database(settings, read_only=True)
    if spark_readers.are_served(settings):
        check_catalogue_is_free(settings)
    left = [*settings.versions_dir.glob(".*"), *settings.warehouse_dir.glob(".current-*")]
    path = lock.lock_file(settings.warehouse_dir)
    if path.is_file() and path.stat().st_size:
        left.append(path)
    names = ", ".join(str(entry) for entry in left)
    yield Finding(
        "", OK, f"left by a run that died, cleared by the next: {names}" if left else "none"
    )


def look_at_history(settings: Settings) -> Iterator[Finding]:
    """The record of the runs, and the clock against it."""
    last = history.newest_run(settings)
    check_clock(settings, history.newest_success(settings))
    yield Finding("", OK, f"last run {last[0]}" if last else "no run yet")


def look_at_source(settings: Settings) -> Iterator[Finding]:
    """Whether a run would publish the same source as before."""
    check_source(settings)
    yield Finding("", OK, settings.source)


def look_at_inputs(settings: Settings) -> Iterator[Finding]:
    """The raw data: all that preflight would stop at."""
    found = find_inputs(settings)
    for note in found.notes:
        advice = "Switch the vendor on, rename the file, or take away what is not read."
        yield Finding("", WARNING, note, advice)
    if has_public_salt(settings):
        yield Finding("", WARNING, PUBLIC_SALT)
    vendors = sorted({table.declaration.vendor for table in found.tables})
    yield Finding("", OK, f"{len(found.tables)} raw tables of {', '.join(vendors) or 'no vendor'}")


def look_at_notification(settings: Settings) -> Iterator[Finding]:
    """The webhook; the URL itself is a secret."""
    if settings.webhook_url and not settings.webhook_url.startswith(("http://", "https://")):
        yield Finding("", PROBLEM, "PIPELINE_WEBHOOK_URL is no http or https URL", "Correct it.")
    else:
        yield Finding("", OK, "webhook set" if settings.webhook_url else "no webhook set")


LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    look_at_python,
    look_at_packages,
    look_at_profiles,
    look_at_engine,
    look_at_warehouse,
    look_at_access,
    look_at_disk,
    look_at_locks,
    look_at_history,
    look_at_source,
    look_at_inputs,
    look_at_notification,
)

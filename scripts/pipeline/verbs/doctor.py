"""The command `doctor`: checks whether a run can start. Says of each finding what to do."""

import importlib.metadata
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from pipeline.core import access, console, lock, places, versions
from pipeline.core.errors import SUCCESS, InputError, PipelineError, as_pipeline_error
from pipeline.core.settings import Settings
from pipeline.engines.spark_session import address, check_installed
from pipeline.inputs.find import find_inputs
from pipeline.publishing import spark_readers
from pipeline.quality.values import NOTE, value_findings
from pipeline.records import history
from pipeline.records.published import published_warnings
from pipeline.verbs.preflight import (
    PUBLIC_SALT,
    check_clock,
    check_source,
    check_spark_readers,
    has_public_salt,
)

OK, WARNING, PROBLEM = "ok", "warning", "PROBLEM"
LEVELS = {OK: console.INFO, WARNING: console.WARNING, PROBLEM: console.ERROR}
# Other versions of these packages may build other numbers; of the rest `doctor` only warns.
DECISIVE = {"dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "duckdb-sqlalchemy"}
DECISIVE |= {"sqlalchemy", "dbt-spark", "pyspark"}
# The lock file of each target, and what installs it.
LOCKS = {
    "duckdb": ("requirements.lock", "`make build` once, or "),
    "spark": ("requirements-spark.lock", ""),
}


@dataclass(frozen=True)
class Finding:
    """What a check found."""

    state: str
    text: str
    advice: str = ""
    # What it is about, if not the check as a whole.
    what: str = ""


Check = Callable[[Settings], Iterator[Finding]]


def doctor(settings: Settings) -> int:
    """Prints every finding; exit code 2 if a run could not succeed."""
    found = [
        (one.what or what, one)
        for what, check in CHECKS.items()
        for one in guarded(check, settings)
    ]
    problems = sum(finding.state == PROBLEM for _, finding in found)
    if console.is_json():
        for what, finding in found:
            fields = {"what": what, "advice": finding.advice}
            console.log("doctor", finding.text, LEVELS[finding.state], "finding", **fields)
    else:
        rows = []
        for what, finding in found:
            advice = f"\n-> {finding.advice}" if finding.advice and finding.state != OK else ""
            rows.append((f"{finding.state:<7}", f"{what:<11}", finding.text + advice))
        console.table(rows)
        print(f"\n{verdict(problems, lock.holder(settings.warehouse_dir) is not None)}")
    return InputError.exit_code if problems else SUCCESS


def verdict(problems: int, is_running: bool) -> str:
    """The last line, for people."""
    if problems:
        return f"{problems} {'problem' if problems == 1 else 'problems'} to fix before a run."
    if is_running:
        return "No problem found. A run is active: another can start when it has ended."
    return "A run can start."


def guarded(check: Check, settings: Settings) -> Iterator[Finding]:
    """The findings of a check; an error is a finding."""
    try:
        yield from check(settings)
    except (PipelineError, PermissionError) as raised:
        error = as_pipeline_error(raised)
        yield Finding(PROBLEM, error.message, error.advice)
    except (OSError, duckdb.Error, yaml.YAMLError) as error:
        yield Finding(PROBLEM, f"{type(error).__name__}: {error}", "Fix what the message names.")


def python(_: Settings) -> Iterator[Finding]:
    """The interpreter."""
    yield Finding(OK, f"{sys.version_info.major}.{sys.version_info.minor} ({sys.executable})")


def packages(settings: Settings) -> Iterator[Finding]:
    """The installed packages, compared with the lock file."""
    lock_file, by_make = LOCKS[settings.target]
    pip = f"{sys.executable} -m pip install --require-hashes --no-deps -r {lock_file}"
    wrong: dict[str, list[str]] = {PROBLEM: [], WARNING: []}
    locked = dict(locked_versions(settings.project_dir / lock_file))
    for name, wanted in locked.items():
        found = installed(name)
        if found != wanted:
            state = PROBLEM if name in DECISIVE else WARNING
            wrong[state].append(f"{name} {found or 'missing'} (locked: {wanted})")
    for state, names in wrong.items():
        if names:
            yield Finding(state, ", ".join(names), f"Run {by_make}{pip}.")
    if not any(wrong.values()):
        shown = {"dbt": "dbt-core", "DuckDB": "duckdb", "Spark": "pyspark"}
        named = [
            f"{name} {locked[package]}" for name, package in shown.items() if package in locked
        ]
        yield Finding(OK, f"all {len(locked)} as locked: {', '.join(named)}")


def locked_versions(lock_file: Path) -> Iterator[tuple[str, str]]:
    """(package, version) of the lines of a lock file that apply to this machine."""
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


def profiles(settings: Settings) -> Iterator[Finding]:
    """dbt's connections."""
    path = settings.profiles_dir / "profiles.yml"
    advice = (
        "Unset DBT_PROFILES_DIR to use the project's own profiles.yml, or add the target there."
    )
    if not path.is_file():
        yield Finding(PROBLEM, f"{path} does not exist", advice)
        return
    profile = yaml.safe_load(path.read_text(encoding="utf-8")).get("revenue_funnel") or {}
    if settings.target in (profile.get("outputs") or {}):
        yield Finding(OK, f"{path}, target {settings.target}")
    else:
        text = f"{path} has no target {settings.target} in profile revenue_funnel"
        yield Finding(PROBLEM, text, advice)


def engine(settings: Settings) -> Iterator[Finding]:
    """What target spark needs."""
    if settings.target == "spark":
        check_installed(settings)
    check_spark_readers(settings, is_opened=lock.holder(settings.warehouse_dir) is None)
    place = address(settings) if settings.target == "spark" else ""
    yield Finding(OK, f"{settings.target} on the cluster {place}" if place else settings.target)


def warehouse(settings: Settings) -> Iterator[Finding]:
    """Whether the warehouse can be written to, and what is published."""
    places.check_warehouse(settings, writes=False)
    link = settings.current
    if link.is_symlink() and not link.exists():
        text = f"{link} points to {link.readlink()}, which does not exist"
        yield Finding(PROBLEM, text, "Roll back to a kept version, or run with --force.")
        return
    current = versions.current_version(settings) or "nothing published yet"
    yield Finding(OK, f"{settings.warehouse_dir} can be written to; {current}")
    if spark_readers.seen(settings):
        state = OK if spark_readers.are_in_step(settings) else WARNING
        text = f"Spark's readers see {spark_readers.in_words(settings)}"
        yield Finding(state, text, "Start a run: it switches them.")


def who_can_read(settings: Settings) -> Iterator[Finding]:
    """Permissions of published versions, of the private build, and of dbt's own folders."""
    places.check_dbt_folders(settings)
    readers = settings.environment.published_readers
    for path in access.private_paths(settings):
        if not path.stat().st_mode & 0o077:
            continue
        text = f"{path} contains personal data and can be read by other users"
        yield Finding(WARNING, text, "Start a run: it restricts the file. Use umask 077 with dbt.")
    for folder in access.closed_folders(settings):
        advice = f"Change its mode, or set PUBLISHED_READERS (now {readers})."
        yield Finding(WARNING, f"readers of published marts cannot pass {folder}", advice)
    yield Finding(OK, f"published versions can be read by {readers} (PUBLISHED_READERS)")


def disk(settings: Settings) -> Iterator[Finding]:
    """Space for a run."""
    places.check_disk(settings)
    yield Finding(OK, f"{places.free_gigabytes(settings):.1f} GB free")


def locks(settings: Settings) -> Iterator[Finding]:
    """Active runs. What a dead process left is not a problem: the next run removes it."""
    if holder := lock.holder(settings.warehouse_dir):
        text = f"a run is active: {lock.in_words(holder)}"
        yield Finding(WARNING, text, "Wait until it has ended.")
        return
    places.check_build_database(settings, read_only=True)
    left = [*settings.versions_dir.glob(".*"), *settings.warehouse_dir.glob(".current-*")]
    path = lock.lock_file(settings.warehouse_dir)
    if path.is_file() and path.stat().st_size:
        left.append(path)
    names = ", ".join(map(str, left))
    yield Finding(OK, f"left by a run that died; the next run removes: {names}" if left else "none")


def run_history(settings: Settings) -> Iterator[Finding]:
    """The record of the runs, and the clock compared with it."""
    last = history.newest_run(settings)
    check_clock(settings, history.newest_run(settings, history.SUCCEEDED))
    yield Finding(OK, f"last run {last[0]}" if last else "no run yet")


def source(settings: Settings) -> Iterator[Finding]:
    """Whether a run reads the source of the published version."""
    check_source(settings)
    yield Finding(OK, settings.source)


def warnings(settings: Settings) -> Iterator[Finding]:
    """What the published version lacks in its rules, such as statuses that are not mapped."""
    count, findings = published_warnings(settings)
    for finding in findings:
        yield Finding(WARNING, finding)
    text = f"{count} of the published version (operations.data_quality_results)"
    yield Finding(OK, text if count else "none")


def inputs(settings: Settings) -> Iterator[Finding]:
    """The raw data, as far as preflight checks them."""
    found = find_inputs(settings)
    for note in found.notes:
        advice = "Switch the vendor on, rename the file, or remove what is not read."
        yield Finding(WARNING, note, advice)
    if has_public_salt(settings):
        yield Finding(WARNING, PUBLIC_SALT)
    for one in value_findings(settings, found):
        state = {history.ERROR: PROBLEM, NOTE: OK}.get(one.severity, WARNING)
        text = one.observed_value + (f"; {one.advice}" if state == OK else "")
        yield Finding(state, text, one.advice, one.table_name)
    vendors = sorted({table.declaration.vendor for table in found.tables})
    tables = f"{len(found.tables)} raw {'table' if len(found.tables) == 1 else 'tables'}"
    yield Finding(OK, f"{tables} of {', '.join(vendors) or 'no vendor'}")


def notification(settings: Settings) -> Iterator[Finding]:
    """The webhook. Its URL is a secret."""
    url = settings.environment.pipeline_webhook_url
    if url and not url.startswith(("http://", "https://")):
        advice = "Set it to the address of the webhook, with https:// at the start."
        yield Finding(PROBLEM, "PIPELINE_WEBHOOK_URL is not an http or https URL", advice)
    else:
        yield Finding(OK, "webhook set" if url else "no webhook set")


CHECKS: dict[str, Check] = {
    "python": python,
    "packages": packages,
    "profiles": profiles,
    "engine": engine,
    "warehouse": warehouse,
    "access": who_can_read,
    "disk": disk,
    "locks": locks,
    "history": run_history,
    "source": source,
    "inputs": inputs,
    "warnings": warnings,
    "notification": notification,
}

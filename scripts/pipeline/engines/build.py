"""Step build: one `dbt build` in this process, into the private build database or the Spark warehouse."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.core import console
from pipeline.core.console import OnProgress
from pipeline.core.errors import InternalError
from pipeline.core.settings import Settings
from pipeline.engines.failures import missing_rates, raise_failures, stopped
from pipeline.engines.marts import ALWAYS_BUILT, remove_stray_files
from pipeline.engines.model_runs import model_runs, rows_there
from pipeline.inputs.find import Inputs, vars_of_run
from pipeline.records import history
from pipeline.records.history import WARNING, QualityResult

LISTED_FINDINGS = 20


@dataclass(frozen=True)
class BuildOutcome:
    """How many nodes dbt ran, and how many tests of severity warn were not met."""

    nodes_count: int
    tests_count: int
    warnings_count: int


def dbt_arguments(settings: Settings, found: Inputs) -> list[str]:
    """The command line of `dbt build` for these settings."""
    arguments = build_arguments(settings, found, "build", [])
    return arguments + (["--full-refresh"] if settings.full_refresh else [])


def build_arguments(
    settings: Settings, found: Inputs, command: str, places: list[str]
) -> list[str]:
    """A dbt command over all that a run builds; `places` are options on where dbt writes."""
    # Nothing on the screen; the file is where messages send the reader.
    quiet = ["--log-level", "none", "--log-level-file", "info", "--no-print"]
    arguments = [*quiet, command, *places]
    arguments += [
        "--project-dir",
        str(settings.project_dir),
        "--profiles-dir",
        str(settings.profiles_dir),
    ]
    arguments += ["--target", settings.target]
    # They check the SQL, not the data, and pass or fail alike every night: `make test` runs them.
    arguments += ["--exclude-resource-type", "unit_test"]
    arguments += exclusions(found.dbt_vars) + selection(settings)
    # The day changes from run to run, and with any var dbt would read the whole project anew.
    dbt_vars = {name: value for name, value in found.dbt_vars.items() if name != "as_of_date"}
    if dbt_vars:
        arguments += ["--vars", json.dumps(dbt_vars, default=str)]
    return arguments


def exclusions(dbt_vars: Mapping[str, Any]) -> list[str]:
    """What a run on own data leaves out: the raw tables of the demo company."""
    return ["--exclude", "path:seeds/raw"] if dbt_vars.get("raw_data") == "source" else []


def selection(settings: Settings) -> list[str]:
    """
    The marts to try, all that they are made of, and the tests that need no other model.
    """
    if not settings.select:
        return []
    chosen = [f"+{name}" for name in settings.select]
    return ["--select", *chosen, *ALWAYS_BUILT, "--indirect-selection", "cautious"]


def build(settings: Settings, found: Inputs, on_progress: OnProgress) -> BuildOutcome:
    """Runs dbt; a model or test that fails stops the run, with dbt's own words for it."""
    from dbt.cli.main import dbtRunner

    def on_event(event: Any) -> None:
        if event.info.name == "LogStartLine":
            on_progress(event.data.index, event.data.total, event.data.description)

    os.environ["WAREHOUSE_DIR"] = str(settings.warehouse_dir)
    of_this_run = {"PIPELINE_AS_OF_DATE": str(vars_of_run(settings, found)["as_of_date"] or "")}
    if settings.target == "duckdb":
        settings.mart_files_dir.mkdir(exist_ok=True)
        of_this_run["MART_FILES_DIR"] = str(settings.mart_files_dir)
    os.environ.update(of_this_run)
    try:
        outcome = dbtRunner(callbacks=[on_event]).invoke(dbt_arguments(settings, found))
        results = list(getattr(outcome.result, "results", None) or [])
        warned = [
            warning_of(result, settings) for result in results if str(result.status) == "warn"
        ]
    finally:
        for name in of_this_run:
            del os.environ[name]
        release_database()
    if outcome.exception:
        raise stopped(outcome.exception)
    history.add_models(settings, model_runs(results, rows_there(settings)))
    # Before a failure stops the run: a warning may be its reason.
    history.add_results(settings, warned)
    for warning in warned:
        text = f"{warning.table_name}: {warning.expectation}: {warning.observed_value}"
        console.warn("build", text, table=warning.table_name, expectation=warning.expectation)
    raise_failures(settings, results, missing_rates(settings, found, results))
    if not outcome.success:
        raise InternalError("dbt build did not succeed and named no node.", "Read logs/dbt.log.")
    if not settings.select:
        remove_stray_files(settings)
    tests_count = sum(result.node.resource_type == "test" for result in results)
    return BuildOutcome(len(results), tests_count, len(warned))


def warning_of(result: Any, settings: Settings) -> QualityResult:
    """A dbt test of severity warn that was not met, as data_quality_results has it."""
    models = [name.split(".")[-1] for name in result.node.depends_on.nodes]
    said = findings(result.node.compiled_code, settings)
    observed = "\n".join([f"{result.failures} rows", *said])
    return QualityResult("build", ", ".join(models), result.node.name, WARNING, False, observed)


def findings(query: str, settings: Settings) -> list[str]:
    """
    What the rows of a test say: its column `finding`, or the values of a list and their rows. Other
    columns may be personal and are not shown. Read by dbt's own connection, on either engine.
    """
    from dbt.adapters.factory import get_adapter_by_type

    adapter = get_adapter_by_type(settings.target)
    try:
        with adapter.connection_named("findings"):
            _, rows = adapter.execute(query, fetch=True, limit=LISTED_FINDINGS + 1)
    finally:
        adapter.cleanup_connections()
    if "finding" in rows.column_names:
        said = [str(row["finding"]) for row in rows]
    elif "value_field" in rows.column_names:
        said = [f"'{row['value_field']}' ({row['n_records']})" for row in rows]
    else:
        return []
    return said[:LISTED_FINDINGS] + ["and others"] * (len(said) > LISTED_FINDINGS)


def release_database() -> None:
    """
    Closes the connection that dbt-duckdb keeps until its process ends, and with it the lock on the
    file.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def summary_message(outcome: BuildOutcome) -> str:
    """One line on a build that went well."""
    models = outcome.nodes_count - outcome.tests_count
    return (
        f"{models} models and seeds, {outcome.tests_count} tests, {outcome.warnings_count} warnings"
    )

"""Step build: `dbt build` in this process, into the private build database or the Spark warehouse."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pipeline.core import console
from pipeline.core.console import OnProgress
from pipeline.core.errors import InternalError
from pipeline.core.settings import Settings
from pipeline.engines.failures import raise_failures, stopped
from pipeline.engines.marts import ALWAYS_BUILT, remove_stray_files, rows_there
from pipeline.inputs.find import Inputs
from pipeline.records import history
from pipeline.records.history import WARNING, QualityResult

LISTED_FINDINGS = 20


def dbt_arguments(
    settings: Settings, found: Inputs, command: str = "build", options: Sequence[str] = ()
) -> list[str]:
    """The command line of a dbt command about everything that a run builds."""
    # Unit tests check SQL, not data: `make test` runs them.
    options = [*options, "--exclude-resource-type", "unit_test"]
    arguments = project_arguments(settings, found, command, options)
    if settings.select:
        # Everything that the marts depend on, and the tests that need no other model.
        chosen = [f"+{name}" for name in settings.select]
        arguments += ["--select", *chosen, *ALWAYS_BUILT, "--indirect-selection", "cautious"]
    return arguments


def project_arguments(
    settings: Settings, found: Inputs, command: str, options: Sequence[str]
) -> list[str]:
    """The command line of a dbt command, with the project, the profile and the vars of the run."""
    # Nothing on the screen: messages refer to the log file.
    arguments = ["--log-level", "none", "--log-level-file", "info", "--no-print", command, *options]
    arguments += ["--target", settings.target, "--project-dir", str(settings.project_dir)]
    arguments += ["--profiles-dir", str(settings.profiles_dir)]
    # The day changes with every run, and a changed var would make dbt parse the whole project again.
    dbt_vars = {name: value for name, value in found.dbt_vars.items() if name != "as_of_date"}
    if dbt_vars:
        arguments += ["--vars", json.dumps(dbt_vars, default=str)]
    return arguments


@contextmanager
def environment_of_run(settings: Settings, found: Inputs) -> Iterator[None]:
    """What the project's macros read from the environment while a run builds."""
    os.environ["WAREHOUSE_DIR"] = str(settings.warehouse_dir)
    of_this_run = {"PIPELINE_AS_OF_DATE": found.as_of}
    if settings.target == "duckdb":
        settings.mart_files_dir.mkdir(exist_ok=True)
        of_this_run["MART_FILES_DIR"] = str(settings.mart_files_dir)
    os.environ.update(of_this_run)
    try:
        yield
    finally:
        for name in of_this_run:
            del os.environ[name]


def build(settings: Settings, found: Inputs, on_progress: OnProgress) -> str:
    """Runs dbt and returns a summary. A model or test that fails stops the run."""
    from dbt.cli.main import dbtRunner

    def on_event(event: Any) -> None:
        if event.info.name == "LogStartLine":
            on_progress(event.data.index, event.data.total, event.data.description)

    options = ["--full-refresh"] if settings.full_refresh else []
    try:
        with environment_of_run(settings, found):
            arguments = dbt_arguments(settings, found, options=options)
            outcome = dbtRunner(callbacks=[on_event]).invoke(arguments)
        results = list(getattr(outcome.result, "results", None) or [])
        warned = [
            warning_of(result, settings) for result in results if str(result.status) == "warn"
        ]
    finally:
        release_database()
    if outcome.exception:
        raise stopped(outcome.exception)
    history.add(settings, "pipeline_models", model_runs(results, rows_there(settings)))
    # First the warnings, because one may be the reason of a failure.
    history.add_results(settings, warned)
    for warning in warned:
        text = f"{warning.table_name}: {warning.expectation}: {warning.observed_value}"
        console.warn("build", text, table=warning.table_name, expectation=warning.expectation)
    raise_failures(settings, results, str(found.vars["reporting_currency"]))
    if not outcome.success:
        raise InternalError("dbt build failed without naming a node.", "Read logs/dbt.log.")
    if not settings.select:
        remove_stray_files(settings)
    tests_count = sum(result.node.resource_type == "test" for result in results)
    models_count = len(results) - tests_count
    return f"{models_count} models and seeds, {tests_count} tests, {len(warned)} warnings"


def warning_of(result: Any, settings: Settings) -> QualityResult:
    """A dbt test that warned, as a row of data_quality_results."""
    models = [name.split(".")[-1] for name in result.node.depends_on.nodes]
    said = findings(result.node.compiled_code, settings)
    observed = "\n".join([f"{result.failures} rows", *said])
    return QualityResult("build", ", ".join(models), result.node.name, WARNING, False, observed)


def findings(query: str, settings: Settings) -> list[str]:
    """
    The rows of a test, in words: its column `finding`, or the values of a list and how often they
    occur. Other columns may be personal and are not shown.
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
    """Closes the connection that dbt-duckdb keeps until the process ends, which locks the database."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def model_runs(results: list[Any], rows: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """What dbt did with each model and seed. A test counts for the model that its yml belongs to."""
    seconds_of_tests: dict[str, list[float]] = defaultdict(list)
    for result in results:
        attached = getattr(result.node, "attached_node", None)
        if result.node.resource_type == "test" and attached:
            seconds_of_tests[attached].append(result.execution_time)
    for result in results:
        node = result.node
        if node.resource_type in ("model", "seed"):
            yield {
                "model": node.name,
                "schema_name": node.schema,
                "status": str(result.status),
                "rows": rows.get(f"{node.schema}.{node.alias}"),
                "seconds": round(result.execution_time, 3),
                "tests_count": len(seconds_of_tests[node.unique_id]),
                "tests_seconds": round(sum(seconds_of_tests[node.unique_id]), 3),
            }

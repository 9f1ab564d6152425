"""
Step build: one `dbt build` in this process, into the private build database or the Spark warehouse.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline import console, engine_errors, exchange_rates, history
from pipeline.checks import WARNING
from pipeline.errors import (
    DataError,
    InputError,
    InternalError,
    PipelineError,
    is_no_room,
    no_room,
)
from pipeline.history import QualityResult
from pipeline.marts import ALWAYS_BUILT, remove_stray_files
from pipeline.model_runs import model_runs, rows_there
from pipeline.preflight import Inputs
from pipeline.settings import Settings

LISTED_FAILURES = 10
NO_RATE = "No exchange rate"  # how macros/to_reporting_currency.sql begins its message
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


def build(
    settings: Settings, found: Inputs, on_progress: Callable[[int, int, str], None]
) -> BuildOutcome:
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


def stopped(error: BaseException) -> PipelineError:
    """What to raise where dbt stopped before or between nodes."""
    if isinstance(error, KeyboardInterrupt):  # of a scheduler; dbt catches it
        raise error
    text = plain_words(str(error))
    if (
        type(error).__module__.startswith(("dbt", "click", "yaml"))
        or "dbt" in type(error).__name__.lower()
    ):
        return InputError(
            f"dbt could not run the project: {text}", "Mend what it names; logs/dbt.log says more."
        )
    return InternalError(f"dbt stopped: {type(error).__name__}: {text}", "Read logs/dbt.log.")


def raise_failures(settings: Settings, results: list[Any], also: list[str] | None = None) -> None:
    """
    Stops at nodes that failed: an input that dbt's own check refused, data that break a rule, or
    SQL that the engine could not run. `also` are lines to add to the message.
    """
    failed = [
        result for result in results if str(result.status) in ("error", "fail", "runtime error")
    ]
    if not failed:
        return
    refused = [result for result in failed if result.node.resource_type == "operation"]
    if refused:
        raise InputError(
            plain_words(refused[0].message or ""), "Mend the raw data it names, then start again."
        )
    for result in failed:
        if is_no_room(result.message or ""):
            raise no_room(
                f"{result.node.resource_type} {result.node.name}: {plain_words(result.message)}"
            )
    engine_failures = [result for result in failed if is_of_engine(result)]
    others = [result for result in failed if result not in engine_failures]
    nodes = {result.node.unique_id: result.node for result in results} if engine_failures else {}
    lines = []
    for result in [*engine_failures, *others][:LISTED_FAILURES]:
        node = result.node
        where = f"{node.resource_type} {node.name}"
        if result in engine_failures:
            model = nodes.get(getattr(node, "attached_node", None) or "", node)
            where += "" if model is node else f", model {model.name}"
            where += engine_errors.place_of(settings, model)
        lines.append(f"{where}: {plain_words(result.message or '')}{first_row(settings, result)}")
    if len(failed) > LISTED_FAILURES:
        lines.append(f"… and {len(failed) - LISTED_FAILURES} more")
    lines += also or []
    skipped = sum(str(result.status) == "skipped" for result in results)
    if skipped:
        lines.append(f"({skipped} nodes that depend on them were skipped)")
    if engine_failures:
        node = engine_failures[0].node
        raise InternalError(
            "\n".join(lines),
            f"The engine could not run {node.original_file_path}: a fault of the project, or a"
            " value beyond all limits in the row named. logs/dbt.log says more.",
        )
    raise DataError("\n".join(lines), advice_of(failed[0]))


def missing_rates(settings: Settings, found: Inputs, results: list[Any]) -> list[str]:
    """All currencies and days without an exchange rate, if a model has stopped for lack of one."""
    if not any(NO_RATE in (result.message or "") for result in results):
        return []
    return exchange_rates.missing(settings, str(vars_of_run(settings, found)["reporting_currency"]))


def first_row(settings: Settings, result: Any) -> str:
    """
    The model that a failed test checks and the first row that the test found there: a key that
    repeats, or the columns that are null.
    """
    if settings.target != "duckdb" or str(result.status) != "fail":
        return ""
    attached = getattr(result.node, "attached_node", None)
    of_model = f" in {attached.split('.')[-1]}" if attached else ""
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        found = connection.sql(f"select * from (\n{result.node.compiled_code}\n)")
        row = found.fetchone()
    if row is None:
        return ""
    values = ", ".join(f"{name} = {value}" for name, value in zip(found.columns, row, strict=True))
    # Messages leave the company's database: in logs and notifications.
    values = re.sub(r"\S+@\S+", "(an email address)", values)
    return f"; first row{of_model}: {values}"


def is_of_engine(result: Any) -> bool:
    """Whether SQL could not be run; a test that finds rows, or a missing rate, is about the data."""
    return str(result.status) != "fail" and not plain_words(result.message or "").startswith(
        NO_RATE
    )


def advice_of(result: Any) -> str:
    """What to do about a failed node."""
    message = plain_words(result.message or "")
    if message.startswith(NO_RATE):
        return (
            "Put the rates of every currency for the whole time into <raw location>/rules/"
            "fx_rates.csv, with the columns rate_date, currency, base_currency, rate; only rows"
            " whose base_currency is the reporting currency count, and a rate is valid for var"
            " fx_max_gap_days. Or correct the currency code in the raw data."
        )
    if advice := result.node.config.meta.get("advice"):
        return str(advice)
    if result.node.resource_type == "test":
        return f"See the rows: dbt show --select {result.node.name} (its SQL: target/compiled)."
    return f"See {result.node.original_file_path} and logs/dbt.log."


def plain_words(message: str) -> str:
    """dbt's message without its frame: what the database, or the project's own check, said."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", message).strip()
    own = re.search(r"No exchange rate for .*?\(rules/fx_rates\.csv\)", text, re.DOTALL)
    if own:
        return " ".join(own[0].split())
    kept = [
        line.strip()
        for line in text.splitlines()
        if line.strip()
        and not re.match(
            r"(Runtime|Database|Compilation) Error in |compiled code at |> in macro|> called by ",
            line.strip(),
        )
    ]
    first = re.sub(r"^(?:\w+ )?(?:\w+ Error: )", "", kept[0]) if kept else ""
    return "\n".join([first, *kept[1:8]]).replace("`", "'")


def summary_message(outcome: BuildOutcome) -> str:
    """One line on a build that went well."""
    models = outcome.nodes_count - outcome.tests_count
    return (
        f"{models} models and seeds, {outcome.tests_count} tests, {outcome.warnings_count} warnings"
    )


def vars_of_run(settings: Settings, found: Inputs) -> Mapping[str, Any]:
    """All vars as the run sees them: the project's, with what was given put over them."""
    from pipeline.settings import project_file

    return {**project_file(settings.project_dir)["vars"], **found.dbt_vars}

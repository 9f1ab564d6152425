"""
Step build: one `dbt build` in this process, into the private build database or the Spark warehouse.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import DataError, InputError, InternalError, PipelineError
from pipeline.preflight import Inputs
from pipeline.settings import Settings

LISTED_FAILURES = 10


@dataclass(frozen=True)
class BuildOutcome:
    """How many nodes dbt ran, and the tests of severity warn that were not met."""

    nodes_count: int
    tests_count: int
    warnings: tuple[str, ...]


def dbt_arguments(settings: Settings, found: Inputs) -> list[str]:
    """The command line of `dbt build` for these settings."""
    arguments = ["--log-level", "none", "--no-print", "build"]
    arguments += [
        "--project-dir",
        str(settings.project_dir),
        "--profiles-dir",
        str(settings.profiles_dir),
    ]
    arguments += ["--target", settings.target]
    if found.dbt_vars:
        arguments += ["--vars", json.dumps(found.dbt_vars, default=str)]
    if settings.full_refresh:
        arguments += ["--full-refresh"]
    return arguments


def build(
    settings: Settings, found: Inputs, on_progress: Callable[[int, int, str], None]
) -> BuildOutcome:
    """Runs dbt; a model or test that fails stops the run, with dbt's own words for it."""
    from dbt.cli.main import dbtRunner

    def on_event(event: Any) -> None:
        if event.info.name == "LogStartLine":
            on_progress(event.data.index, event.data.total, event.data.description)

    os.environ["WAREHOUSE_DIR"] = str(settings.warehouse_dir)
    try:
        outcome = dbtRunner(callbacks=[on_event]).invoke(dbt_arguments(settings, found))
    finally:
        release_database()
    if outcome.exception:
        raise stopped(outcome.exception)
    results = list(getattr(outcome.result, "results", None) or [])
    raise_failures(results)
    if not outcome.success:
        raise InternalError("dbt build did not succeed and named no node.", "Read logs/dbt.log.")
    tests = [result for result in results if result.node.resource_type in ("test", "unit_test")]
    warned = [f"{r.node.name} (found: {r.failures})" for r in tests if str(r.status) == "warn"]
    return BuildOutcome(len(results), len(tests), tuple(warned))


def release_database() -> None:
    """
    Closes the connection that dbt-duckdb keeps until its process ends, and with it the lock on the
    file.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def stopped(error: BaseException) -> PipelineError:
    """What to raise where dbt stopped before or between nodes."""
    text = plain_words(str(error))
    if (
        type(error).__module__.startswith(("dbt", "click", "yaml"))
        or "dbt" in type(error).__name__.lower()
    ):
        return InputError(
            f"dbt could not run the project: {text}", "Mend what it names; logs/dbt.log says more."
        )
    return InternalError(f"dbt stopped: {type(error).__name__}: {text}", "Read logs/dbt.log.")


def raise_failures(results: list[Any]) -> None:
    """
    Stops at nodes that failed: an input that dbt's own check refused, or data that does not build
    or pass.
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
    skipped = sum(str(result.status) == "skipped" for result in results)
    lines = []
    for result in failed[:LISTED_FAILURES]:
        lines.append(
            f"{result.node.resource_type} {result.node.name}: {plain_words(result.message or '')}"
        )
    if len(failed) > LISTED_FAILURES:
        lines.append(f"… and {len(failed) - LISTED_FAILURES} more")
    if skipped:
        lines.append(f"({skipped} nodes that depend on them were skipped)")
    raise DataError("\n".join(lines), advice_of(failed[0]))


def advice_of(result: Any) -> str:
    """What to do about a failed node."""
    message = plain_words(result.message or "")
    if message.startswith("No exchange rate"):
        return (
            "Add the missing rate to the rule: a copy of seeds/rules/fx_rates.csv with your rates"
            " as"
            " <raw location>/rules/fx_rates.csv (or the seed itself); or correct the currency code"
            " in the raw data."
        )
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
        f"{models} models and seeds, {outcome.tests_count} tests, {len(outcome.warnings)} warnings"
    )


def vars_of_run(settings: Settings, found: Inputs) -> Mapping[str, Any]:
    """All vars as the run sees them: the project's, with what was given put over them."""
    from pipeline.settings import project_file

    return {**project_file(settings.project_dir)["vars"], **found.dbt_vars}

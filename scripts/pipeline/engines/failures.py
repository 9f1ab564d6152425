"""Turns a failed dbt build into an error that names the node, the row and what to do."""

import re
from typing import Any

import duckdb

from pipeline.core.errors import (
    DataError,
    InputError,
    InternalError,
    PipelineError,
    is_no_room,
    no_room,
)
from pipeline.core.settings import Settings
from pipeline.engines import engine_errors, exchange_rates
from pipeline.inputs.find import Inputs, vars_of_run

LISTED_FAILURES = 10


NO_RATE = "No exchange rate"  # how macros/to_reporting_currency.sql begins its message


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
            f"dbt could not run the project: {text}",
            "Correct what the message names; logs/dbt.log says more.",
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
            plain_words(refused[0].message or ""),
            "Correct the raw data that the message names, then start again.",
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

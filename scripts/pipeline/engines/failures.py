"""Turns a failed dbt build into an error that names the node and the row, and says what to do."""

import re
from pathlib import Path
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
from pipeline.engines import engine_errors

LISTED_FAILURES = 10
# Spark's name for the error that a table is not in the catalogue but has files.
LEFT_BEHIND = "LOCATION_ALREADY_EXISTS"
NO_RATE = "No exchange rate"  # the start of the message in macros/to_reporting_currency.sql

# Canonical tables with money: the amount, and the day of its rate.
AMOUNTS = {
    "ad_spend": ("spend", "spend_date"),
    "campaigns": ("actual_cost", "start_date"),
    "opportunities": ("amount", "created_at"),
    "revenue_lines": ("amount", "revenue_at"),
    "subscriptions": ("unit_amount", "started_at"),
}


class LeftBehindError(InternalError):
    """Spark refuses to create a table, because it died in an earlier run while it wrote the files of it."""


def stopped(error: BaseException) -> PipelineError:
    """The error if dbt stopped before or between nodes."""
    if isinstance(error, KeyboardInterrupt):  # dbt catches it
        raise error
    text = plain_words(str(error))
    kind = type(error)
    if kind.__module__.startswith(("dbt", "click", "yaml")) or "dbt" in kind.__name__.lower():
        return InputError(
            f"dbt could not run the project: {text}",
            "Correct what the message names; logs/dbt.log has the details.",
        )
    return InternalError(f"dbt stopped: {kind.__name__}: {text}", "Read logs/dbt.log.")


def raise_failures(settings: Settings, results: list[Any], reporting_currency: str = "") -> None:
    """
    Stops if nodes failed: an input that the project's checks reject, data that break a rule, or SQL
    that the engine could not run.
    """
    failed = [
        result for result in results if str(result.status) in ("error", "fail", "runtime error")
    ]
    if not failed:
        return
    for result in failed:
        if result.node.resource_type == "operation":
            raise InputError(
                plain_words(result.message or ""),
                "Correct the raw data that the message names, then start again.",
            )
        if is_no_room(result.message or ""):
            text = plain_words(result.message)
            raise no_room(f"{result.node.resource_type} {result.node.name}: {text}")
    # Failures of the engine first.
    failed.sort(key=is_of_engine, reverse=True)
    for result in failed:
        if LEFT_BEHIND in (result.message or ""):
            raise LeftBehindError(
                f"Spark died in an earlier run while it wrote {result.node.name} and has left files of it."
            )
    lines = [where_and_what(settings, result, results) for result in failed[:LISTED_FAILURES]]
    if len(failed) > LISTED_FAILURES:
        lines.append(f"… and {len(failed) - LISTED_FAILURES} more")
    if any(NO_RATE in (result.message or "") for result in failed):
        lines += missing_rates(settings, reporting_currency)
    skipped = sum(str(result.status) == "skipped" for result in results)
    if skipped:
        lines.append(f"({skipped} nodes that depend on them were skipped)")
    if is_of_engine(failed[0]):
        raise InternalError(
            "\n".join(lines),
            f"The engine could not run {failed[0].node.original_file_path}: this is an error in the project, or a value in the named"
            " row is out of range. logs/dbt.log has the details.",
        )
    raise DataError("\n".join(lines), advice_of(failed[0]))


def where_and_what(settings: Settings, result: Any, results: list[Any]) -> str:
    """The node, model, column and row of a failure, and its message."""
    node = result.node
    where = f"{node.resource_type} {node.name}"
    if is_of_engine(result):
        attached = getattr(node, "attached_node", None)
        nodes = (other.node for other in results if attached)
        model = next((other for other in nodes if other.unique_id == attached), node)
        where += "" if model is node else f", model {model.name}"
        where += engine_errors.place_of(settings, model)
    return f"{where}: {plain_words(result.message or '')}{first_row(settings, result)}"


def missing_rates(settings: Settings, reporting_currency: str) -> list[str]:
    """
    All currencies and days without an exchange rate, one line per currency and table: the build itself
    names only the first.
    """
    if settings.target != "duckdb":
        return []
    query = Path(__file__).with_name("missing_rates.sql").read_text(encoding="utf-8")
    lines = []
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        tables = "select table_name from information_schema.tables where table_schema = 'canonical'"
        built = {name for (name,) in connection.execute(tables).fetchall()}
        for table in AMOUNTS.keys() & built:
            amount, day = AMOUNTS[table]
            found = connection.execute(
                query.format(table=table, amount=amount, day=day), [reporting_currency]
            ).fetchall()
            for currency, rows, first, last in found:
                count = f"{rows:,} {'row' if rows == 1 else 'rows'}"
                lines.append(
                    f"{table}: {currency} has no rate to {reporting_currency} in {count},"
                    f" {first} to {last}"
                )
    return sorted(lines)


def first_row(settings: Settings, result: Any) -> str:
    """The model of a failed test, and the first row that the test returned."""
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
    # Messages go to logs and notifications, outside the company's database.
    values = re.sub(r"\S+@\S+", "(an email address)", values)
    return f"; first row{of_model}: {values}"


def is_of_engine(result: Any) -> bool:
    """Whether SQL could not be run. A test with rows or a missing rate is about the data."""
    is_missing_rate = plain_words(result.message or "").startswith(NO_RATE)
    return str(result.status) != "fail" and not is_missing_rate


def advice_of(result: Any) -> str:
    """What to do about a failed node."""
    if plain_words(result.message or "").startswith(NO_RATE):
        return (
            "Add rates for every currency and day to <raw location>/rules/fx_rates.csv, with the columns"
            " rate_date, currency, base_currency, rate. base_currency must be the reporting currency; a"
            " rate is valid for var fx_max_gap_days. Or correct the currency code in the raw data."
        )
    if advice := result.node.config.meta.get("advice"):
        return str(advice)
    if result.node.resource_type == "test":
        return f"See the rows: dbt show --select {result.node.name} (its SQL: target/compiled)."
    return f"See {result.node.original_file_path} and logs/dbt.log."


def plain_words(message: str) -> str:
    """The message of the database or of the project's own check, without what dbt adds."""
    text = re.sub(
        r"\x1b\[[0-9;]*m|org\.apache\.hive\S+: Error running query: ", "", message
    ).strip()
    own = re.search(r"No exchange rate for .*?\(rules/fx_rates\.csv\)", text, re.DOTALL)
    if own:
        return " ".join(own[0].split())
    added = r"(Runtime|Database|Compilation) Error( in |$)|compiled code at |> in macro|> called by |at [a-z]+\."
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if line and not re.match(added, line)]
    first = re.sub(r"^(?:\w+ )?(?:\w+ Error: )", "", kept[0]) if kept else ""
    return "\n".join([first, *kept[1:8]]).replace("`", "'")

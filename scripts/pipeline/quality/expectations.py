"""
Great Expectations over DuckDB: suites of checks in, quality results out. Imported only where it is
used: it is slow.
"""

import itertools
import logging
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar

import sqlalchemy

from pipeline.core.errors import InternalError
from pipeline.quality.checks import NO_ROW_WHERE, Check
from pipeline.records.history import QualityResult

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import great_expectations as gx
    from great_expectations.core.metric_domain_types import MetricDomainTypes
    from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
    from great_expectations.datasource.fluent.sql_datasource import TableAsset
    from great_expectations.execution_engine.sqlalchemy_execution_engine import (
        SqlAlchemyExecutionEngine,
    )
    from great_expectations.expectations.expectation import BatchExpectation, Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.metrics.metric_provider import metric_partial
    from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider


_NUMBERS = itertools.count(1)
ROWS_COUNTED = "table.rows_counted"
QUERY = "unexpected_rows_expectation"
SHOWN_VALUES = 3
SHOWN_LETTERS = 40
UNIQUE = ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique")


class OneConnectionEngine(SqlAlchemyExecutionEngine):
    """
    Keeps one connection open, as the base class does for SQLite: on DuckDB it would otherwise close
    the connection before the result is read, and every result would be empty.
    """

    @contextmanager
    def get_connection(self) -> Iterator[sqlalchemy.Connection]:
        """The one connection."""
        if not self._connection:
            self._connection = self.engine.connect()
        yield self._connection


class KnownTable(TableAsset):
    """
    A table that is there: the library would ask for a row of it, and a mart that is a view is
    computed for that.
    """

    def test_connection(self) -> None:
        """Nothing."""


class RowsCounted(TableMetricProvider):
    """
    A count computed by an SQL expression. Great Expectations computes all of them, and the number of
    rows, in one query per table. Its own value metrics would read the table again to collect examples,
    which must not be shown here, and its query metrics run twice, for the rows and for their count.
    """

    metric_name = ROWS_COUNTED
    value_keys = ("expression",)

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls: Any,  # noqa: N805 (the library makes it a class method)
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: Mapping[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        expression: Any = sqlalchemy.literal_column(metric_value_kwargs["expression"])
        return expression, metric_domain_kwargs, {}


class ExpectNoRowsCounted(BatchExpectation):
    """No row is counted by an SQL expression."""

    expression: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.row_count", ROWS_COUNTED)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "row_condition", "condition_parser")
    success_keys: ClassVar[tuple[str, ...]] = ("expression",)

    def _validate(
        self,
        metrics: dict[Any, Any],
        runtime_configuration: dict[Any, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        found = {
            "unexpected_count": metrics[ROWS_COUNTED],
            "element_count": metrics["table.row_count"],
        }
        return {"success": metrics[ROWS_COUNTED] == 0, "result": found}


def counted(check: Check, table: str) -> str | None:
    """SQL that counts the rows of a table that do not meet a check; None where that cannot be said so."""
    given = check.arguments
    if check.expectation == QUERY:
        return f"(select count(*) from ({given['unexpected_rows_query'].format(batch=table)}))"
    if check.expectation == NO_ROW_WHERE:
        return _rows_where(given["condition"])
    if check.expectation == "expect_column_values_to_not_be_null":
        return _rows_where(f'"{given["column"]}" is null')
    if check.expectation == "expect_column_values_to_be_between":
        outside = [
            f'"{given["column"]}" {sign} {limit}'
            for sign, limit in (("<", given["min_value"]), (">", given["max_value"]))
            if limit is not None
        ]
        return _rows_where(" or ".join(outside))
    if check.expectation in UNIQUE:
        key = [f'"{name}"' for name in given.get("column_list") or [given["column"]]]
        filled = " and ".join(f"{name} is not null" for name in key)
        return (
            "(select coalesce(sum(rows_count), 0)::bigint from (select count(*) as rows_count"
            f" from {table} where {filled} group by {', '.join(key)} having count(*) > 1))"
        )
    return None


def _rows_where(condition: str) -> str:
    return f"count(*) filter (where {condition})"


def expectation_of(check: Check, table: str) -> Expectation:
    """A check on a table as the library evaluates it."""
    meta = {"name": check.name}
    expression = counted(check, table)
    if expression:
        return ExpectNoRowsCounted(expression=expression, meta=meta)
    arguments = dict(check.arguments)
    return ExpectationConfiguration(check.expectation, arguments, meta=meta).to_domain_obj()


class Auditor:
    """
    An in-memory DuckDB with views of what is to be audited, and the means to run suites on it.
    """

    def __init__(self, border: str, statements: Iterable[str]) -> None:
        """`statements` set the views up; `border` (raw, marts) stands in every result."""
        logging.getLogger("great_expectations").propagate = False  # it reports temporary folders
        self.border = border
        self._context = gx.get_context(mode="ephemeral")
        no_bars: Any = {"globally": False, "metric_calculations": False}
        self._context.variables.progress_bars = no_bars
        # A named in-memory database: every connection of this process to it sees the same views,
        # and it outlives this object, so each has a name of its own.
        self._source = self._context.data_sources.add_sql(
            border, connection_string=f"duckdb:///:memory:{border}{next(_NUMBERS)}"
        )
        type(self._source).execution_engine_override = OneConnectionEngine
        self._source._TableAsset = KnownTable
        self._engine = self._source.get_execution_engine()
        with self._engine.get_connection() as connection:
            connection.exec_driver_sql("set timezone = 'UTC'")
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.commit()

    def query(self, statement: str) -> list[Any]:
        """Rows of a query on the audited tables."""
        with self._engine.get_connection() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement).fetchall()]

    def run(
        self, schema: str, table: str, checks: Sequence[Check], label: str
    ) -> list[QualityResult]:
        """The results of a suite on one table, in the order of its checks."""
        if not checks:
            return []
        asset = self._source.add_table_asset(
            f"{schema}.{table}", table_name=table, schema_name=schema
        )
        suite = gx.ExpectationSuite(name=label)
        for check in checks:
            # Not add_expectation_configuration(): it keeps one query per table and drops the
            # others.
            suite.add_expectation(expectation_of(check, f'"{schema}"."{table}"'))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome = asset.add_batch_definition_whole_table("all").get_batch().validate(suite)
        found = {
            result.expectation_config.meta["name"]: result
            for result in outcome.results
            if result.expectation_config and result.expectation_config.meta
        }
        results = [self._result(label, check, found[check.name]) for check in checks]
        return [
            result
            if result.is_met
            else replace(result, observed_value=self._shown(f'"{schema}"."{table}"', check, result))
            for check, result in zip(checks, results, strict=True)
        ]

    def _shown(self, table: str, check: Check, result: QualityResult) -> str:
        """What an unmet check has found, with values only where it says that they may be shown."""
        if check.says_itself:
            query = check.arguments["unexpected_rows_query"].format(batch=table)
            return "; ".join(str(row[0]) for row in self.query(query))
        if check.shows:
            rows = self.query(
                f"select left({check.shows}, {SHOWN_LETTERS}), count(*) from {table}"
                f" where {check.arguments['condition']} group by 1 order by 2 desc, 1"
                f" limit {SHOWN_VALUES + 1}"
            )
            values = ", ".join(f"'{value}' ({count})" for value, count in rows[:SHOWN_VALUES])
            more = " and others" if len(rows) > SHOWN_VALUES else ""
            return f"{result.observed_value} rows: {values}{more}"
        return result.observed_value

    def _result(self, label: str, check: Check, result: Any) -> QualityResult:
        problem = _exception(result.exception_info)
        if problem:
            raise InternalError(
                f"{label}: the expectation '{check.name}' could not be evaluated: {problem}"
            )
        return QualityResult(
            self.border,
            label,
            check.name,
            check.severity,
            bool(result.success),
            _observed(check, result.result),
            check.advice,
            check.fault,
        )

    def close(self) -> None:
        """Lets go of the files it looked at."""
        with self._engine.get_connection() as connection:
            rows = connection.exec_driver_sql(
                "select database_name from duckdb_databases() where path is not null"
            ).fetchall()
            # A file in use by a transaction is not let go.
            connection.commit()
            for (name,) in rows:
                connection.exec_driver_sql(f'detach "{name}"')
                connection.commit()
            connection.close()
        self._engine.engine.dispose()


def _exception(info: Mapping[str, Any]) -> str:
    if "raised_exception" in info:
        return str(info["exception_message"]) if info["raised_exception"] else ""
    return next(
        (str(part["exception_message"]) for part in info.values() if part.get("raised_exception")),
        "",
    )


def _observed(check: Check, result: Mapping[str, Any]) -> str:
    """
    What was observed, in counts: values of raw rows (they may be personal) do not go into the
    history.
    """
    if check.expectation in (NO_ROW_WHERE, QUERY):
        return str(result["unexpected_count"])
    if "unexpected_count" in result:
        return f"{result['unexpected_count']} of {result['element_count']} rows"
    observed = result.get("observed_value", "")
    return ", ".join(sorted(map(str, observed))) if isinstance(observed, list) else str(observed)

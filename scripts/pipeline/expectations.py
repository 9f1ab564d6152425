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
from typing import Any

import sqlalchemy

from pipeline.checks import Check
from pipeline.errors import InternalError
from pipeline.history import QualityResult

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import great_expectations as gx
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


_NUMBERS = itertools.count(1)


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


class Auditor:
    """
    An in-memory DuckDB with views of what is to be audited, and the means to run suites on it.
    """

    def __init__(self, border: str, statements: Iterable[str]) -> None:
        """`statements` set the views up; `border` (raw, marts) stands in every result."""
        logging.getLogger("great_expectations").propagate = False  # it reports temporary folders
        self.border = border
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        # A named in-memory database: every connection of this process to it sees the same views,
        # and it outlives this object, so each has a name of its own.
        self._source = self._context.data_sources.add_sql(
            border, connection_string=f"duckdb:///:memory:{border}{next(_NUMBERS)}"
        )
        type(self._source).execution_engine_override = OneConnectionEngine
        self._engine = self._source.get_execution_engine()
        with self._engine.get_connection() as connection:
            connection.exec_driver_sql("set timezone = 'UTC'")
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.commit()

    def query(self, statement: str) -> list[tuple]:
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
            configuration = ExpectationConfiguration(
                type=check.expectation, kwargs=dict(check.arguments), meta={"name": check.name}
            )
            suite.add_expectation(configuration.to_domain_obj())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome = asset.add_batch_definition_whole_table("all").get_batch().validate(suite)
        found = {result.expectation_config.meta["name"]: result for result in outcome.results}
        results = [self._result(label, check, found[check.name]) for check in checks]
        return [
            replace(result, observed_value=self._said(schema, table, check))
            if check.says_itself and not result.is_met
            else result
            for check, result in zip(checks, results, strict=True)
        ]

    def _said(self, schema: str, table: str, check: Check) -> str:
        query = check.arguments["unexpected_rows_query"].format(batch=f'"{schema}"."{table}"')
        return "; ".join(str(row[0]) for row in self.query(query))

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
            _observed(result.result),
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


def _observed(result: Mapping[str, Any]) -> str:
    """
    What was observed, in counts: values of raw rows (they may be personal) do not go into the
    history.
    """
    if "unexpected_count" in result:
        return f"{result['unexpected_count']} of {result['element_count']} values"
    observed = result.get("observed_value", "")
    return ", ".join(sorted(map(str, observed))) if isinstance(observed, list) else str(observed)

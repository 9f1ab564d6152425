"""
Runs suites of Great Expectations on a DuckDB database in memory and writes Data Docs. Import it only where it is needed:
the library takes seconds to load.
"""

import itertools
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import duckdb
import sqlalchemy

from pipeline.core.errors import InternalError
from pipeline.records.history import ERROR, WARNING, QualityResult

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.metadata_types import FailureSeverity

Expectation = gxe.Expectation
SQL = Path(__file__).parent / "sql"  # longer queries of the suites
NUMBERS = itertools.count(1)  # every audit has a database of its own
SEVERITIES = {ERROR: FailureSeverity.CRITICAL, WARNING: FailureSeverity.WARNING}


class OneConnectionEngine(SqlAlchemyExecutionEngine):
    """
    Keeps one connection open, as the library does for SQLite. On DuckDB it closes the connection before it reads the
    result: https://github.com/fivetran/great_expectations/issues/11579
    """

    @contextmanager
    def get_connection(self) -> Iterator[sqlalchemy.Connection]:
        """The one connection."""
        if not self._connection:
            self._connection = self.engine.connect()
        yield self._connection


def finds_no_rows(
    description: str, query: str, severity: str = ERROR, advice: str = ""
) -> Expectation:
    """
    Expects no row of a query, in which {batch} is the table. A row describes a problem in column `finding`; it may also
    have the columns table_name, expectation and advice. It must hold nothing personal.
    """
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=query,
        description=description,
        severity=SEVERITIES[severity],
        meta={"advice": advice},
    )


def has_rows(severity: str = ERROR, advice: str = "") -> Expectation:
    """Expects at least one row."""
    return gxe.ExpectTableRowCountToBeBetween(
        min_value=1,
        description="has rows",
        severity=SEVERITIES[severity],
        meta={"finding": "has no rows", "advice": advice},
    )


class Auditor:
    """A database in memory with the tables to audit, and the means to run suites on it."""

    def __init__(self, border: str, run_id: str) -> None:
        """`border` is raw or marts."""
        logging.getLogger("great_expectations").propagate = False  # it reports temporary folders
        self.border = border
        # The expectations of each suite, and how many were not met.
        self.found: dict[str, tuple[int, int]] = {}
        self._run = RunIdentifier(run_name=run_id)
        self.context = gx.get_context(mode="ephemeral")
        no_bars: Any = {"globally": False, "metric_calculations": False}
        self.context.variables.progress_bars = no_bars
        self._source = self.context.data_sources.add_sql(
            border, connection_string=f"duckdb:///:memory:{border}{next(NUMBERS)}"
        )
        type(self._source).execution_engine_override = OneConnectionEngine
        # Connections to a named database in memory see the same tables.
        self._connection = self._source.get_engine().raw_connection()
        self.database = cast(duckdb.DuckDBPyConnection, self._connection.driver_connection)
        self.database.execute("set timezone = 'UTC'")

    def run(
        self, table: str, expectations: Sequence[Expectation], name: str = ""
    ) -> list[QualityResult]:
        """What a suite on a table has found; `name` is that of the suite if it is not the table's."""
        if not expectations:
            return []
        name, (schema, relation) = name or table, table.split(".")
        with self._source.get_execution_engine().get_connection() as connection:
            connection.commit()  # sees tables that were created since its last query
        asset = self._source.add_table_asset(name, table_name=relation, schema_name=schema)
        suite = self.context.suites.add(
            gx.ExpectationSuite(name=name, expectations=list(expectations))
        )
        validation = gx.ValidationDefinition(
            name=name, data=asset.add_batch_definition_whole_table("all"), suite=suite
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            added = self.context.validation_definitions.add(validation)
            outcome = added.run(result_format="COMPLETE", run_id=self._run)
        statistics = outcome.statistics
        self.found[name] = (
            statistics["evaluated_expectations"],
            statistics["unsuccessful_expectations"],
        )
        return [result for one in outcome.results for result in self._results(name, one)]

    def answered(
        self, expectation: Expectation, table: str, query: Callable[[str], list[dict[str, Any]]]
    ) -> Expectation:
        """
        The expectation for a table of another engine: `query` runs its SQL there and returns the rows, which are put into a
        table here and judged in place of the query.
        """
        if isinstance(expectation, gxe.UnexpectedRowsExpectation):
            stated = str(expectation.unexpected_rows_query).replace("{batch}", table)
            found = f"audit.found_{next(NUMBERS)}"
            names = ("finding", "table_name", "expectation", "advice")
            self.database.execute(
                f"create table {found} ({', '.join(f'{name} varchar' for name in names)})"
            )
            for row in query(stated):
                self.database.execute(
                    f"insert into {found} values (?, ?, ?, ?)", [row.get(name) for name in names]
                )
            return expectation.copy(
                update={"unexpected_rows_query": f"select * from {found} /* of {{batch}} */"}
            )
        return expectation

    def _results(self, table: str, outcome: Any) -> Iterator[QualityResult]:
        """A row if the expectation is met, otherwise one for each finding."""
        stated, found = outcome.expectation_config, outcome.result
        if "observed_value" not in found:
            problems = {one["exception_message"] for one in outcome.exception_info.values()}
            raise InternalError(
                f"{table}: the expectation '{stated.description}' could not be evaluated:"
                f" {', '.join(sorted(problems))}"
            )
        severity = ERROR if stated.severity == SEVERITIES[ERROR] else WARNING
        observed = str(found["observed_value"])
        if outcome.success:
            yield QualityResult(self.border, table, stated.description, severity, True, observed)
            return
        rows = found.get("details", {}).get("unexpected_rows") or [{}]
        for row in rows:
            yield QualityResult(
                self.border,
                row.get("table_name") or table,
                row.get("expectation") or stated.description,
                severity,
                False,
                row.get("finding") or stated.meta["finding"].format(observed=observed),
                row.get("advice") or stated.meta.get("advice", ""),
            )

    def close(self) -> None:
        """Closes the database and the files that it has attached."""
        self._source.get_execution_engine().close()
        attached = self.database.execute(
            "select database_name from duckdb_databases() where path is not null"
        ).fetchall()
        for (name,) in attached:
            self.database.execute(f'detach "{name}"')
        self._connection.close()
        self._source.get_engine().dispose()

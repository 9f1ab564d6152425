"""MetricFlow in this process: the SQL of metric queries. Import it only where dbt-metricflow is installed."""

from pathlib import Path

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup


class Dialect:
    """What the engine asks a client for when it only writes SQL."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


class Metrics:
    """The metrics of a semantic_manifest.json."""

    def __init__(self, manifest: Path) -> None:
        parsed = parse_manifest_from_dbt_generated_manifest(manifest.read_text())
        self.engine = MetricFlowEngine(SemanticManifestLookup(parsed), Dialect())

    def sql(self, metrics: list[str], group_by: list[str]) -> str:
        """The query of these metrics."""
        request = MetricFlowQueryRequest.create(metric_names=metrics, group_by_names=group_by)
        return self.engine.explain(request).sql_statement.sql

    def saved_query_sql(self, name: str) -> str:
        """The query that is saved under this name."""
        request = MetricFlowQueryRequest.create(saved_query_name=name)
        return self.engine.explain(request).sql_statement.sql

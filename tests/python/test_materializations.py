"""The project's own way of making tables and views on DuckDB, on a dbt project of one model."""

import os
import shutil
import subprocess
import sys

import duckdb
import pytest
from support import ROOT

PROJECT = """
name: one_model
profile: revenue_funnel
flags: {send_anonymous_usage_stats: false}
"""
DBT = [sys.executable, "-m", "dbt.cli.main"]
MODEL = "{{ config(materialized=var('kind')) }} select {{ var('value') }} as value"


@pytest.fixture
def one_model(tmp_path):
    """Runs the model as a kind of relation with a value: what dbt said, and what stands in the database then."""
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "figures.sql").write_text(MODEL)
    (tmp_path / "macros").mkdir()
    shutil.copy(ROOT / "macros" / "engine" / "built_in_place.sql", tmp_path / "macros")
    environment = os.environ | {
        "WAREHOUSE_DIR": str(tmp_path),
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }

    def run(kind: str, value: str) -> tuple[str, list, list]:
        vars_given = f"{{kind: {kind}, value: {value}}}"
        said = subprocess.run(
            [*DBT, "run", "--target", "duckdb", "--vars", vars_given],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        with duckdb.connect(str(tmp_path / "build.duckdb"), read_only=True) as connection:
            there = connection.execute(
                "select table_name, table_type from information_schema.tables"
            ).fetchall()
            return said.stdout, there, connection.execute("from main.figures").fetchall()

    return run


def test_a_model_that_fails_leaves_the_table_of_the_run_before(one_model):
    one_model("table", "1")
    said, there, rows = one_model("table", "error('no rate')")
    assert "no rate" in said
    assert there == [("figures", "BASE TABLE")]
    assert rows == [(1,)]


def test_a_view_may_become_a_table_and_a_view_again(one_model):
    for value, (kind, in_database) in enumerate(
        [("view", "VIEW"), ("table", "BASE TABLE"), ("view", "VIEW")]
    ):
        said, there, rows = one_model(kind, str(value))
        assert "Completed successfully" in said
        assert there == [("figures", in_database)]
        assert rows == [(value,)]

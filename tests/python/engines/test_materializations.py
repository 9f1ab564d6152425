"""The project's own way of making tables, views and files of marts on DuckDB, on a dbt project of one model."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from pipeline.core.versions import PARQUET
from support import ROOT

pytestmark = pytest.mark.slow

PROJECT = """
name: revenue_funnel
profile: revenue_funnel
flags: {send_anonymous_usage_stats: false}
models: {+schema: marts}
"""
CONTRACT = """
models:
  - name: figures
    config: {contract: {enforced: true}}
    columns: [{name: value, data_type: integer}, {name: name, data_type: varchar}]
"""
DBT = [sys.executable, "-m", "dbt.cli.main"]
MODEL = "{{ config(materialized=var('kind')) }} select 'x' as name, {{ var('value') }} as value"
DOUBLED = """
{{ config(
    materialized='fixpoint', meta={'max_iterations': 5},
    pre_hook="create or replace table most as select {{ var('value') }} as value",
    post_hook="update {{ this }} set name = name || '!'"
) }}
select 'x' as name, 1 as value
{{ then_repeat() }}
select name, least(value * 2, (select value from most)) as value from {{ previous() }}
"""
SHORTENED = """
{{ config(materialized='fixpoint') }}
select 'x' as name, value::integer as value from range({{ var('value') }}) as numbers (value)
{{ then_repeat() }}
select * from {{ previous() }} where value = 0 or value < (select max(value) from {{ previous() }})
"""
MACROS = (
    "engine/built_in_place.sql",
    "engine/fixpoint.sql",
    "engine/mart_file.sql",
    "generate_schema_name.sql",
)


@dataclass(frozen=True)
class Built:
    """What dbt said, and what stands in the database then."""

    said: str
    there: list[tuple[str, str]]
    rows: list[tuple]


@pytest.fixture
def one_model(tmp_path):
    """Runs the model as a kind of relation with a value; into a file where a folder is given."""
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "figures.sql").write_text(MODEL)
    (tmp_path / "models" / "figures.yml").write_text(CONTRACT)
    (tmp_path / "macros").mkdir()
    for macro in MACROS:
        shutil.copy(ROOT / "macros" / macro, tmp_path / "macros")
    environment = os.environ | {
        "WAREHOUSE_DIR": str(tmp_path),
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }

    def run(kind: str, value: str, files: Path | None = None) -> Built:
        vars_given = f"{{kind: {kind}, value: {value}}}"
        said = subprocess.run(
            [*DBT, "run", "--target", "duckdb", "--vars", vars_given],
            env={**environment, "MART_FILES_DIR": str(files or "")},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        with duckdb.connect(str(tmp_path / "build.duckdb"), read_only=True) as connection:
            there = connection.execute(
                "select table_name, table_type from information_schema.tables"
            ).fetchall()
            rows = connection.execute("select value from marts.figures").fetchall() if there else []
        return Built(said.stdout, there, rows)

    return run


@pytest.fixture
def files(tmp_path):
    """The folder for the files of marts; a quote in its name is no end of it."""
    folder = tmp_path / "analyst's marts"
    folder.mkdir()
    return folder


def test_a_model_that_fails_leaves_the_table_of_the_run_before(one_model):
    one_model("table", "1")
    failed = one_model("table", "error('no rate')::integer")
    assert "no rate" in failed.said
    assert failed.there == [("figures", "BASE TABLE")]
    assert failed.rows == [(1,)]


def test_a_view_may_become_a_table_and_a_view_again(one_model):
    for value, (kind, in_database) in enumerate(
        [("view", "VIEW"), ("table", "BASE TABLE"), ("view", "VIEW")]
    ):
        built = one_model(kind, str(value))
        assert "Completed successfully" in built.said
        assert built.there == [("figures", in_database)]
        assert built.rows == [(value,)]


def test_a_mart_may_be_written_to_a_file_and_to_the_database_again(one_model, files):
    path = files / "figures.parquet"
    for value, kind in enumerate(("table", "view")):
        in_file = one_model(kind, str(value), files)
        assert "Completed successfully" in in_file.said
        assert in_file.there == [("figures", "VIEW")]
        assert in_file.rows == [(value,)]
        # The columns of the contract, in its order.
        assert duckdb.read_parquet(str(path)).columns == ["value", "name"]
        assert "Completed successfully" in one_model("table", "7").said
        assert duckdb.read_parquet(str(path)).fetchall() == [(value, "x")]


def test_a_mart_that_fails_leaves_the_file_of_the_run_before(one_model, files):
    one_model("table", "1", files)
    failed = one_model("table", "error('no rate')::integer", files)
    assert "no rate" in failed.said
    assert failed.rows == [(1,)]


def test_a_published_file_is_not_touched_by_the_next_build(one_model, files, tmp_path):
    one_model("table", "1", files)
    published = tmp_path / "published.parquet"
    os.link(files / "figures.parquet", published)
    before = published.read_bytes()
    assert one_model("table", "2", files).rows == [(2,)]
    assert published.read_bytes() == before


def test_marts_are_written_alike_by_dbt_and_by_the_scripts():
    """What Spark or an erasure has written anew is not to be twice as large as what dbt wrote."""
    assert PARQUET in (ROOT / "macros" / "engine" / "mart_file.sql").read_text()


def test_a_file_keeps_to_the_contract_as_a_table_does(one_model, files):
    failed = one_model("table", "1.5", files)
    assert "contract" in failed.said.lower()
    assert not (files / "figures.parquet").exists()


@pytest.fixture
def model_file(tmp_path, one_model):
    return tmp_path / "models" / "figures.sql"


def test_a_fixpoint_is_repeated_until_it_no_longer_changes(one_model, model_file, tmp_path):
    """Between its hooks, under its contract, and without leaving the tables of its rounds."""
    model_file.write_text(DOUBLED)
    built = one_model("", "12")
    assert "Completed successfully" in built.said
    assert sorted(built.there) == [("figures", "BASE TABLE"), ("most", "BASE TABLE")]
    with duckdb.connect(str(tmp_path / "build.duckdb"), read_only=True) as connection:
        figures = connection.sql("from marts.figures")
        assert figures.columns == ["value", "name"]
        assert figures.fetchall() == [(12, "x!")]


def test_a_fixpoint_that_does_not_come_to_an_end_fails_and_leaves_the_table_before(
    one_model, model_file
):
    model_file.write_text(DOUBLED)
    one_model("", "12")
    failed = one_model("", "100")
    assert "figures still changes after 5 rounds (1 rows in the last one)" in failed.said
    assert "Raise max_iterations in the meta" in failed.said
    assert sorted(failed.there) == [("figures", "BASE TABLE"), ("most", "BASE TABLE")]
    assert failed.rows == [(12,)]


def test_rows_that_vanish_are_a_change(one_model, model_file):
    model_file.write_text(SHORTENED)
    assert one_model("", "9").rows == [(0,)]


def test_a_fixpoint_replaces_a_view_and_what_a_killed_run_has_left(one_model, model_file, tmp_path):
    one_model("view", "7")
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        for left in ("figures__previous", "figures__next"):
            connection.execute(f"create table marts.{left} as select 1 as other")
    model_file.write_text(SHORTENED)
    built = one_model("", "3")
    assert "Completed successfully" in built.said
    assert built.there == [("figures", "BASE TABLE")]
    assert built.rows == [(0,)]


def test_a_fixpoint_without_a_step_says_so(one_model, model_file):
    model_file.write_text("{{ config(materialized='fixpoint') }} select 'x' as name, 1 as value")
    assert "figures must have one then_repeat()" in one_model("", "1").said

"""dbt 2, the Rust engine, builds the demo company as dbt 1.11 does, where DBT2_BIN is its command (docs/dbt2.md)."""

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import duckdb
import parity
import pytest
from support import ROOT, connect, dbt, dbt_environment

DBT2 = os.environ.get("DBT2_BIN", "")
if not DBT2:
    pytest.skip(
        "DBT2_BIN is not set: name the command of dbt 2 (docs/dbt2.md)", allow_module_level=True
    )


def dbt2(place: Path, command: str, vars: dict) -> None:
    """Runs a dbt 2 command, all that it writes under `place`; raises what it printed where it failed."""
    done = subprocess.run(
        [DBT2, *shlex.split(command), "--vars", json.dumps(vars)],
        cwd=ROOT,
        env=dbt_environment(place),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{DBT2} {command} failed\n{done.stdout}{done.stderr}")


@pytest.fixture(scope="module")
def built(tmp_path_factory, demo) -> Path:
    """A folder in which dbt 2 has built the demo company, with the parameters that dbt 1.11 fitted, and run all data tests."""
    place = tmp_path_factory.mktemp("dbt2")
    demo.execute(f"copy (from marts.rpt_clv_parameters) to '{place}/rpt_clv_parameters.parquet'")
    dbt2(
        place, "build --exclude-resource-type unit_test", {"fitted_parameters_location": str(place)}
    )
    return place


@pytest.fixture(scope="module")
def manifest(tmp_path_factory) -> dict:
    """The manifest of dbt 1.11."""
    place = tmp_path_factory.mktemp("dbt1")
    dbt(place, "parse --quiet", {})
    return json.loads((place / "target" / "manifest.json").read_text())


def test_every_canonical_model_and_mart_is_the_same(built, demo_place, manifest, tmp_path):
    models = parity.compared_models(manifest)
    parity.export(built / "warehouse" / "build.duckdb", tmp_path, models)
    differences, rows_count = parity.compare(
        demo_place / "warehouse" / "build.duckdb", tmp_path, models, ("dbt 1.11", "dbt 2")
    )
    assert rows_count > 0
    assert not differences, "\n" + parity.report(differences)


def test_every_column_has_the_same_place_and_type(built, demo):
    """A contract that dbt 2 reads otherwise would hand BI tools other types of the same values."""
    query = """
        select table_schema, table_name, ordinal_position, column_name, data_type
        from information_schema.columns
        where table_schema in ('canonical', 'marts', 'operations')
        order by all
    """
    with connect(built) as database:
        assert database.execute(query).fetchall() == demo.execute(query).fetchall()


def test_parameters_of_a_fit_are_read_where_nothing_can_be_fitted(built, tmp_path):
    """dbt 2 runs no Python model on DuckDB: the parameters are those that a run of dbt 1.11 published."""
    shutil.copytree(built / "warehouse", tmp_path / "warehouse")
    duckdb.execute(
        "copy (select 'bg_nbd' as model, 'r' as parameter, 0.25::double as estimate, 0.01::double as standard_error,"
        " -9.5::double as log_likelihood, 'fitted' as message)"
        f" to '{tmp_path}/rpt_clv_parameters.parquet'"
    )
    given = {"fitted_parameters_location": str(tmp_path), "clv_minimum_repeat_customers": 0}
    dbt2(tmp_path, "run --select int_clv_parameters", given)
    with connect(tmp_path) as database:
        found = database.execute(
            "select parameter, estimate, message from intermediate.int_clv_parameters"
            " where model = 'bg_nbd' order by parameter = 'r' desc, parameter"
        ).fetchall()
    missing = "No parameters: fit them on DuckDB, and name var fitted_parameters_location."
    assert found == [
        ("r", 0.25, "fitted"),
        *((name, None, missing) for name in ("a", "alpha", "b")),
    ]

"""The project's generic tests find what they are for, and the pipeline says which column or key it is."""

import shutil
from types import SimpleNamespace

import pytest
import yaml
from dbt.cli.main import dbtRunner
from pipeline.core.errors import DataError
from pipeline.engines.build import release_database
from pipeline.engines.failures import raise_failures
from support import ROOT

PAIR = {"columns": ["a", "b"]}
NULLABLE = {"columns": ["a", "b"], "nullable": ["b"]}
FILLED = {"columns": ["a", "b"]}

# model: (rows of a and b, test with its arguments, first row of the failure; none where the test passes)
CASES = {
    "key": ("(1, 1), (2, 1)", {"primary_key": {"columns": ["a"]}}, None),
    "repeated_key": (
        "(1, 1), (7, 1), (7, 2)",
        {"primary_key": {"columns": ["a"]}},
        "a = 7, rows_count = 2",
    ),
    "key_without_value": (
        "(1, 1), (null, 1)",
        {"primary_key": {"columns": ["a"]}},
        "a = None, rows_count = 1",
    ),
    "pair": ("(1, 1), (1, 2), (2, 1)", {"primary_key": PAIR}, None),
    "repeated_pair": (
        "(1, 1), (1, 2), (1, 2)",
        {"primary_key": PAIR},
        "a = 1, b = 2, rows_count = 2",
    ),
    "half_a_pair": ("(1, 1), (1, null)", {"primary_key": PAIR}, "a = 1, b = None, rows_count = 1"),
    "optional_half": ("(1, 1), (1, null), (2, null)", {"primary_key": NULLABLE}, None),
    "repeated_optional_half": (
        "(1, null), (1, null)",
        {"primary_key": NULLABLE},
        "a = 1, b = None, rows_count = 2",
    ),
    "filled": ("(1, 1), (1, 1)", {"not_null_columns": FILLED}, None),
    "empty": ("", {"not_null_columns": FILLED}, None),
    "one_gap": (
        "(1, 1), (1, null), (1, null)",
        {"not_null_columns": FILLED},
        "missing_values = b is null in 2 of 3 rows",
    ),
    "two_gaps": (
        "(null, 1), (null, null)",
        {"not_null_columns": FILLED},
        "missing_values = a is null in 2 of 2 rows, b is null in 1 of 2 rows",
    ),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """dbt's result of each model's test, by model, and the settings of the run."""
    place = tmp_path_factory.mktemp("generic_tests")
    (place / "dbt_project.yml").write_text("{name: shop, profile: revenue_funnel}")
    shutil.copytree(ROOT / "macros" / "generic_tests", place / "macros" / "generic_tests")
    (place / "models").mkdir()
    described = []
    for name, (rows, test, _) in CASES.items():
        values = (
            f"(values {rows}) as rows_given (a, b)"
            if rows
            else "(select 1 as a, 1 as b) as x where 1 = 0"
        )
        (place / "models" / f"{name}.sql").write_text(f"select a, b from {values}")
        ((test_name, arguments),) = test.items()
        described.append({"name": name, "data_tests": [{test_name: {"arguments": arguments}}]})
    (place / "models" / "models.yml").write_text(yaml.safe_dump({"models": described}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAREHOUSE_DIR", str(place))
        arguments = ["--log-level", "none", "--no-send-anonymous-usage-stats", "build"]
        arguments += [
            "--project-dir",
            str(place),
            "--profiles-dir",
            str(ROOT),
            "--target",
            "duckdb",
        ]
        arguments += ["--target-path", str(place / "target"), "--log-path", str(place / "logs")]
        outcome = dbtRunner().invoke(arguments)
        release_database()
    assert outcome.exception is None
    tests = [result for result in outcome.result if result.node.resource_type == "test"]
    settings = SimpleNamespace(target="duckdb", build_database=place / "build.duckdb")
    return settings, {result.node.attached_node.split(".")[-1]: result for result in tests}


@pytest.mark.parametrize("name", CASES)
def test_a_generic_test_fails_where_it_should_and_the_message_names_model_and_place(name, results):
    settings, found = results
    *_, first_row = CASES[name]
    if first_row is None:
        assert str(found[name].status) == "pass"
        raise_failures(settings, [found[name]])
    else:
        with pytest.raises(DataError) as caught:
            raise_failures(settings, [found[name]])
        assert caught.value.message.endswith(f"; first row in {name}: {first_row}")

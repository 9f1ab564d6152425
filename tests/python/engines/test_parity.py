"""The comparison of engines must see every kind of difference, and none where there is none."""

from pathlib import Path

import duckdb
import parity
import pytest

MODEL = parity.Model(
    schema="marts",
    name="rpt_sums",
    key=("period_month", "channel"),
    columns={
        "period_month": "date",
        "channel": "varchar",
        "spend": "decimal(18, 2)",
        "roas": "double",
        "touched_at": "timestamp",
    },
)
ROW = "date '2025-01-01', 'Email', 10.50::decimal(18, 2), 0.3333333333333333::double, timestamp '2025-01-01 10:00:00'"


@pytest.fixture
def engines(tmp_path: Path):
    """A function that writes one row as DuckDB's table and the given rows as Spark's files, and compares them."""

    def compare(*spark_rows: str) -> list[parity.Difference]:
        columns = ", ".join(MODEL.columns)
        folder = tmp_path / "spark" / "marts.db" / "rpt_sums"
        folder.mkdir(parents=True)
        with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
            connection.execute("create schema marts")
            connection.execute(
                f"create table marts.rpt_sums as select * from (values ({ROW})) as t({columns})"
            )
            for number, row in enumerate(spark_rows):
                connection.execute(
                    f"copy (select * from (values ({row})) as t({columns}))"
                    f" to '{folder}/part-{number}.parquet' (format parquet)"
                )
        differences, _ = parity.compare(tmp_path / "build.duckdb", tmp_path / "spark", [MODEL])
        return differences

    return compare


def test_equal_rows_are_equal(engines):
    assert engines(ROW) == []


def test_a_rate_may_differ_by_the_order_of_adding(engines):
    assert engines(ROW.replace("0.3333333333333333", "0.33333333333333337")) == []


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("10.50", "10.51", "spend"),
        ("0.3333333333333333", "0.333333334", "roas"),
        ("0.3333333333333333", "null", "roas"),
        ("10:00:00'", "10:00:00.000001'", "touched_at"),
        ("10.50::decimal(18, 2)", "null::decimal(18, 2)", "spend"),
    ],
)
def test_a_value_that_differs_is_named(engines, old, new, column):
    differences = engines(ROW.replace(old, new))
    assert [difference.column for difference in differences] == [column]
    assert "period_month=2025-01-01, channel=Email" in differences[0].example


def test_a_key_in_other_letters_is_a_row_missing_on_both_sides(engines):
    differences = engines(ROW.replace("Email", "email"))
    assert [(d.column, d.rows_count) for d in differences] == [("(row)", 1), ("(row)", 1)]


def test_a_row_too_many_is_named(engines):
    differences = engines(ROW, ROW.replace("Email", "Direct"))
    assert [d.example for d in differences] == [
        "period_month=2025-01-01, channel=Direct: on Spark only"
    ]


def test_a_row_delivered_twice_on_one_engine_is_named(engines):
    assert [d.column for d in engines(ROW, ROW)] == ["(row)"]


def test_an_empty_table_is_not_equal_to_a_full_one(engines):
    assert [d.column for d in engines()] == ["(row)"]


def test_a_model_that_was_not_built_is_named(tmp_path):
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.rpt_sums as select 1 as period_month")
    differences, _ = parity.compare(tmp_path / "build.duckdb", tmp_path / "spark", [MODEL])
    assert "not built on Spark" in differences[0].example

"""Any sequence of loads gives the marts of one full refresh: nightly numbers that drift from rebuilt ones are wrong twice.

A generated company arrives in random slices of its rows, of every table: events late and out of order, delivered again with
another time of arrival, withdrawn; merges, conversions, refunds and identities before or after what they belong to. The
last load is compared, mart by mart and row by row, with a full refresh of the same raw data. What no load can notice, texts
corrected under the same ids and times, a backfill reads again. More histories than the one
of every test run: REPLAY_SEEDS="1 2 3" REPLAY_SLICES=5 pytest tests/python/models/web/test_replay.py; REPLAY_SPARK=1 replays the
event-sized models on Spark, too.
"""

import os
import shutil
from pathlib import Path

import duckdb
import edge_company
import parity
import pytest
from pipeline.core.settings import project_file
from pipeline.inputs.raw_files import find_files
from support import ROOT, connect, dbt

pytestmark = pytest.mark.slow

SEEDS = [int(seed) for seed in os.environ.get("REPLAY_SEEDS", "1").split()]
SLICES = int(os.environ.get("REPLAY_SLICES", "3"))
EVENT_TABLES = ("pages", "tracks", "identifies")
INCREMENTAL = "+int_web_session_texts"
# What stands in these, models to the right look through for what is new: a run may end between the two.
ENDS = ("int_web_events", "int_web_repeated_keys", "int_web_session_bounds")
EVENT_SIZED = {"int_sessions": "session_id", "int_touchpoints": "touchpoint_id"}
# Of sessions what is a table: on Spark the files of both engines are compared.
TABLES_ON_SPARK = {"int_counted_sessions": "session_id", "int_touchpoints": "touchpoint_id"}


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    edge_company.generate(folder, "--seed", "11")
    shutil.rmtree(folder / "truth")
    return folder


def write_slice(company: Path, raw: Path, number: int, seed: int, slices: int = SLICES) -> None:
    """Every row of slices up to this one; of events some again, some no more."""
    is_last = number == slices - 1
    shutil.copytree(company / "rules", raw / "rules", dirs_exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for (vendor, table), file in find_files(company).items():
            if vendor == "rules":
                continue
            connection.execute(f"""
                create or replace table numbered as
                select *, hash(row_number() over (), '{table}', {seed}) as chance
                from read_{file.file_format}('{file.path}')
            """)
            rows = f"select * from numbered where chance % {slices} <= {number}"
            if vendor == "segment" and table in EVENT_TABLES:
                rows += f" and (chance // 1000 % 50 > 0 or {not is_last})"
                rows += f"""
                    union all
                    select * replace (received_at + to_hours((chance % 97)::int - 20) as received_at)
                    from numbered where chance // 100 % 20 = 0 and chance % {slices} < {number}
                """
            target = raw / vendor / f"{table}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(f"copy (select * exclude (chance) from ({rows})) to '{target}'")


def export_marts(place: Path, name: str) -> dict[str, int]:
    """Every mart as a Parquet file; returns how many rows each has."""
    (place / name).mkdir()
    rows = {}
    with connect(place) as connection:
        marts = connection.execute("""
            select table_schema || '.' || table_name from information_schema.tables
            where table_schema in ('marts', 'operations') order by all
        """).fetchall()
        for (mart,) in marts:
            # Ratios are sums of floating point numbers, which add up in any order.
            columns = [
                f"round({column}, 9) as {column}" if kind == "DOUBLE" else column
                for column, kind, *_ in connection.execute(f"describe {mart}").fetchall()
            ]
            (rows[mart],) = connection.execute(
                f"copy (select {', '.join(columns)} from {mart}) to '{place / name / mart}.parquet'"
            ).fetchone()
    return rows


def changed(place: Path) -> tuple[int, int]:
    """Days and buckets that the last load found to be changed."""
    with connect(place) as connection:
        return connection.execute("""
            select
                (select count(*) from intermediate.int_web_delivery_days where is_changed),
                (select count(*) from intermediate.int_device_buckets where is_changed)
        """).fetchone()


def demo_vars(raw: Path) -> dict:
    return {
        "raw_data": "source",
        "raw_location": str(raw),
        "as_of_date": str(project_file(ROOT)["vars"]["demo_as_of_date"]),
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.nightly
def test_loads_in_slices_give_the_marts_of_a_full_refresh(company, tmp_path, seed):
    raw = tmp_path / "raw"
    vars = demo_vars(raw)
    for number in range(SLICES):
        write_slice(company, raw, number, seed)
        if number == 0:
            dbt(tmp_path, "seed --select path:seeds/rules", vars)
        if number < SLICES - 1:
            dbt(tmp_path, f"run --select {INCREMENTAL}", vars)
            days, buckets = changed(tmp_path)
            assert days > 0
            assert buckets > 0 or number == 0
    dbt(tmp_path, "run", vars)
    loaded = export_marts(tmp_path, "loaded")

    dbt(tmp_path, f"run --select {INCREMENTAL}", vars)
    assert changed(tmp_path) == (0, 0), "a load without anything new builds days or sessions again"

    dbt(tmp_path, "run --full-refresh", vars)
    assert export_marts(tmp_path, "refreshed") == loaded
    assert loaded["marts.fct_sessions"] > 500
    differing = {}
    with duckdb.connect() as connection:
        for mart in loaded:
            (differing[mart],) = connection.execute(f"""
                select count(*) from (
                    from '{tmp_path}/loaded/{mart}.parquet'
                    except all from '{tmp_path}/refreshed/{mart}.parquet'
                )
            """).fetchone()
    assert not {mart: count for mart, count in differing.items() if count}


@pytest.mark.nightly
def test_runs_that_end_after_any_model_lose_nothing(company, tmp_path):
    raw = tmp_path / "raw"
    vars = demo_vars(raw)
    tables = (*EVENT_SIZED, "int_duplicates_set_aside")
    load = "run --select " + " ".join(f"+{name}" for name in tables)

    def rows(command: str) -> dict[str, list[tuple]]:
        dbt(tmp_path, command, vars)
        with connect(tmp_path) as connection:
            return {
                name: connection.execute(f"from intermediate.{name} order by all").fetchall()
                for name in tables
            }

    # First a whole load, then one that ends after each of the models, then another whole one.
    runs = [INCREMENTAL, *(f"+{name}" for name in ENDS)]
    for number, selected in enumerate(runs):
        write_slice(company, raw, number, 1, len(runs) + 1)
        if number == 0:
            dbt(tmp_path, "seed --select path:seeds/rules", vars)
        dbt(tmp_path, f"run --select {selected}", vars)
    write_slice(company, raw, len(runs), 1, len(runs) + 1)
    loaded = rows(load)
    assert len(loaded["int_sessions"]) > 500
    assert loaded == rows(f"{load} --full-refresh")


def correct(company: Path, raw: Path) -> None:
    """The pages of March, again: another source, or none, under the same ids and times."""
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select * exclude (is_corrected) replace (
                    case when is_corrected then url || '?utm_source=bing&utm_medium=cpc' else url end as url,
                    case when is_corrected then null else context_campaign_source end as context_campaign_source,
                    case when is_corrected then null else context_campaign_medium end as context_campaign_medium,
                    case when is_corrected then null else referrer end as referrer
                )
                from (
                    select *, hash(id) % 3 > 0 and strftime(received_at, '%Y-%m') = '2025-03' as is_corrected
                    from read_csv('{company}/segment/pages.csv')
                )
            ) to '{raw}/segment/pages.csv'
        """)


@pytest.mark.nightly
def test_texts_corrected_in_place_are_those_of_a_full_refresh_after_a_backfill(company, tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(company, raw)
    vars = demo_vars(raw)
    load = "run --select " + " ".join(f"+{name}" for name in EVENT_SIZED)

    def rows(command: str, days: dict | None = None) -> dict[str, list[tuple]]:
        dbt(tmp_path, command, {**vars, **(days or {})})
        with connect(tmp_path) as connection:
            return {
                name: connection.execute(f"from intermediate.{name} order by all").fetchall()
                for name in EVENT_SIZED
            }

    dbt(tmp_path, "seed --select path:seeds/rules", vars)
    before = rows(load)
    correct(company, raw)
    assert rows(load) == before, "if a load notices by itself, no backfill is needed any more"
    days = {"web_reload_from": "2025-03-01", "web_reload_until": "2025-03-31"}
    reloaded = rows(load, days)
    assert changed(tmp_path)[0] in range(20, 32)
    differing = set(before["int_sessions"]) ^ set(reloaded["int_sessions"])
    assert len(differing) > 50
    assert reloaded == rows(f"{load} --full-refresh")


on_spark = pytest.mark.skipif(
    "REPLAY_SPARK" not in os.environ,
    reason="REPLAY_SPARK=1 replays on Spark (needs pyspark and Java 17)",
)


def assert_spark_has_the_rows_of_duckdb(place: Path) -> None:
    """The event-sized models of both engines in one place, row by row."""
    with connect(place) as connection:
        columns = {
            name: {
                column: kind.lower()
                for column, kind, *_ in connection.execute(
                    f"describe intermediate.{name}"
                ).fetchall()
                if column not in ("device_key", "traffic_key")  # each engine has its own hash
            }
            for name in TABLES_ON_SPARK
        }
    models = [
        parity.Model("intermediate", name, (key,), columns[name])
        for name, key in TABLES_ON_SPARK.items()
    ]
    warehouse = place / "warehouse"
    differences, rows_count = parity.compare(
        warehouse / "build.duckdb", warehouse / "spark", models
    )
    assert rows_count > 1000
    assert not differences, "\n" + parity.report(differences)


@on_spark
@pytest.mark.parametrize("seed", SEEDS)
def test_loads_in_slices_on_spark_give_the_sessions_and_touches_of_duckdb(company, tmp_path, seed):
    raw = tmp_path / "raw"
    vars = demo_vars(raw)
    for number in range(SLICES):
        write_slice(company, raw, number, seed)
        if number == 0:
            dbt(tmp_path, "seed --select path:seeds/rules --target spark", vars)
        loaded = (
            INCREMENTAL if number < SLICES - 1 else " ".join(f"+{name}" for name in EVENT_SIZED)
        )
        dbt(tmp_path, f"run --target spark --select {loaded}", vars)

    dbt(tmp_path, "seed --select path:seeds/rules", vars)
    dbt(tmp_path, f"run --select {loaded}", vars)
    assert_spark_has_the_rows_of_duckdb(tmp_path)


@on_spark
def test_texts_corrected_in_place_are_read_again_by_a_backfill_on_spark(company, tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(company, raw)
    vars = demo_vars(raw)
    load = "run --select " + " ".join(f"+{name}" for name in EVENT_SIZED)
    dbt(tmp_path, "seed --select path:seeds/rules --target spark", vars)
    dbt(tmp_path, f"{load} --target spark", vars)
    correct(company, raw)
    days = {"web_reload_from": "2025-03-01", "web_reload_until": "2025-03-31"}
    dbt(tmp_path, f"{load} --target spark", {**vars, **days})
    dbt(tmp_path, "seed --select path:seeds/rules", vars)
    dbt(tmp_path, load, vars)
    assert_spark_has_the_rows_of_duckdb(tmp_path)

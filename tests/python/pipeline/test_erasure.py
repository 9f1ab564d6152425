"""
Who asked to be erased is in no file that the pipeline writes, not even in bytes that no table shows
any more; and nobody else is missing.
"""

import dataclasses
import hashlib
import shutil
from pathlib import Path

import duckdb
import pytest
import small_project
from pipeline.core.settings import make_settings, new_run_id
from pipeline.engines import marts
from pipeline.privacy.erasure import erase, erase_in_kept_versions, to_erase
from pipeline.privacy.storage import Register, tables_of
from pipeline.publishing.publish import publish
from pipeline.records import history
from small_project import SALES, Pipeline
from support import write_csv

pytestmark = pytest.mark.slow

SALT, AS_OF = "revenue-funnel", "2025-12-31"


def found_in_bytes(folder: Path, texts) -> dict[str, set[str]]:
    """Which of the texts stand in which files, byte by byte; of the current version only once."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "current" not in path.relative_to(folder).parts:
            content = path.read_bytes().lower()
            there = {text for text in texts if text.lower().encode() in content}
            if there:
                found[str(path.relative_to(folder))] = there
    return found


def found_in_tables(folder: Path, texts) -> dict[str, int]:
    """In which tables, or Parquet files, a text stands as a value or in one: compression hides from a search in bytes."""
    found = {}
    wanted = sorted(text.lower() for text in texts)
    condition = "exists (select 1 from (select unnest(?) as text) where contains(lower({}), text))"
    for path in sorted(folder.rglob("*.duckdb")):
        with duckdb.connect(str(path), read_only=True) as connection:
            columns = connection.execute(
                "select schema_name, table_name, column_name from duckdb_columns()"
                " where data_type = 'VARCHAR' and (schema_name, table_name) in"
                " (select (schema_name, table_name) from duckdb_tables())"
            ).fetchall()
            for schema, table, column in columns:
                (rows,) = connection.execute(
                    f'select count(*) from "{schema}"."{table}" where '
                    + condition.format(f'"{column}"'),
                    [wanted],
                ).fetchone()
                if rows:
                    found[f"{path.relative_to(folder)}: {schema}.{table}.{column}"] = rows
    for path in sorted(folder.rglob("*.parquet")):
        connection = duckdb.connect()
        columns = [
            name
            for name, kind, *_ in connection.execute(f"describe from '{path}'").fetchall()
            if kind == "VARCHAR"
        ]
        for column in columns:
            (rows,) = connection.execute(
                f"select count(*) from '{path}' where " + condition.format(f'"{column}"'), [wanted]
            ).fetchone()
            if rows:
                found[f"{path.relative_to(folder)}: {column}"] = rows
    return found


def rows_of(database: Path) -> dict[str, int]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            f"{schema}.{name}": connection.execute(
                f'select count(*) from "{schema}"."{name}"'
            ).fetchone()[0]
            for schema, name in connection.execute(
                "select schema_name, table_name from duckdb_tables() where schema_name = 'marts'"
            ).fetchall()
        }


def marts_into_files(settings, connection) -> None:
    """What a run of the pipeline leaves in place of the tables and views of a plain dbt build."""
    settings.mart_files_dir.mkdir()
    kinds = dict(
        connection.execute(
            "select table_schema || '.' || table_name, if(table_type = 'VIEW', 'view', 'table')"
            " from information_schema.tables where table_schema in ('marts', 'operations')"
        ).fetchall()
    )
    for place, kind in kinds.items():
        path = settings.mart_files_dir / f"{place.split('.')[1]}.parquet"
        connection.execute(f"copy (from {place}) to '{path}'")
        connection.execute(f"drop {kind} {place}")
        connection.execute(f"create view {place} as from read_parquet('{path}')")


@pytest.fixture(scope="module")
def company(demo_place, tmp_path_factory):
    """The demo company's build, published once; then its best-known person asks to be erased."""
    root = tmp_path_factory.mktemp("erasure")
    warehouse = root / "warehouse"
    warehouse.mkdir()
    for path in (demo_place / "warehouse").glob(
        "build.duckdb*"
    ):  # and what has not been merged into it yet
        shutil.copy(path, warehouse)
    settings = make_settings(
        environ={
            "WAREHOUSE_DIR": str(warehouse),
            "DBT_TARGET_PATH": str(demo_place / "target"),
        }
    )
    with duckdb.connect(str(settings.build_database)) as connection:
        person_key, email = connection.execute(
            """select identifiers.person_key, min(identifiers.identifier)
                filter (where identifiers.identifier_type = 'email')
            from intermediate.int_person_identifiers as identifiers
            inner join marts.dim_people as people using (person_key)
            where people.previous_person_keys is not null and people.journeys_count > 0
            group by identifiers.person_key
            having bool_or(identifiers.identifier_type = 'email')
                and bool_or(identifiers.identifier_type = 'crm')
            order by count(*) desc, identifiers.person_key limit 1"""
        ).fetchone()
        texts = connection.execute(
            "select identifier, identifier_key from intermediate.int_person_identifiers"
            " where person_key = ?",
            [person_key],
        ).fetchall()
        connection.execute(
            "insert into canonical.privacy_requests by name select 'generic' as source_system,"
            " 'email' as subject_type, upper(?) as subject_id, 'erase' as request_type,"
            " timestamp '2025-12-01' as effective_at",
            [email],
        )
        marts_into_files(settings, connection)
    email_hash = hashlib.sha256(f"{SALT}{email}".encode()).hexdigest()
    known = {person_key, email, email_hash, *(text for pair in texts for text in pair)}
    history.start_run(settings)
    publish(settings, AS_OF)
    history.finish_run(settings, "published")
    return settings, person_key, known


def test_an_erased_person_is_in_no_file_and_nobody_else_is_missing(company):
    first, _, known = company
    warehouse = first.warehouse_dir
    assert found_in_bytes(warehouse, known)["build.duckdb"]
    before = found_in_tables(warehouse, known)
    assert any(place.startswith("versions/") and ".parquet" in place for place in before)
    assert any("marts.dim_people" in place for place in before)
    published_before = rows_of(warehouse / "versions" / first.run_id / "revenue.duckdb")

    erased = to_erase(first, AS_OF, SALT)
    assert known <= erased.persons
    assert erase(first, erased) > 0
    second = dataclasses.replace(first, run_id=new_run_id(first.started_at, first.run_id))
    history.start_run(second)
    publish(second, AS_OF)
    history.finish_run(second, "published")
    assert erase_in_kept_versions(second, erased) == [first.run_id]

    assert found_in_bytes(warehouse, known) == {}
    assert found_in_tables(warehouse, known) == {}
    for version in (first.run_id, second.run_id):
        after = rows_of(warehouse / "versions" / version / "revenue.duckdb")
        assert after == {
            **published_before,
            "marts.dim_people": published_before["marts.dim_people"] - 1,
        }
    # Once done, it is not done again.
    assert erase_in_kept_versions(second, erased) == []
    assert [path for path in warehouse.rglob(".*") if path.name != ".DS_Store"] == []


def test_a_version_written_anew_is_as_it_was_for_everybody_else(company):
    settings, *_ = company
    database = settings.versions_dir / settings.run_id / "revenue.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute(
            "select count(*) from duckdb_tables() where comment is null and schema_name = 'marts'"
        ).fetchone() == (0,)
        assert connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = 'revenue'"
        ).fetchall() == [("v1.0.0+",)]
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
        for schema, name in tables:
            parquet = database.parent / "parquet" / f"{name}.parquet"
            assert connection.execute(
                f"select count(*) from (from {schema}.{name} except all from '{parquet}')"
            ).fetchone() == (0,), name


def test_the_build_goes_on_from_a_database_that_was_written_anew(company, demo):
    settings, *_ = company
    all_views = (
        "select schema_name, view_name from duckdb_views() where not internal"
        " and schema_name not in ('marts', 'operations') order by all"
    )
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        assert connection.execute(all_views).fetchall() == demo.execute(all_views).fetchall()
        for mart in marts.models(settings):
            connection.execute(f"from {mart.place} limit 1")
        assert connection.execute("select count(*) from canonical.people").fetchone()[0] > 0


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("ann.lee@acme.example", True),
        ("ANN.Lee@Acme.example", True),
        ("mail to ann.lee@acme.example, please", True),
        ('{"email": "ann.lee@acme.example"}', True),
        ("https://acme.example/?e=ann.lee@acme.example&x=1", True),
        ("joann.lee@acme.example", False),
        ("lee.ann@acme.example", False),
        ("ann.lee@acme.example2", False),
        ("annxlee@acme.example", False),
        ("003XERASED", True),
        ("(u) 003xerased/2", True),
        ("003XERASED7", False),
        ("42", True),
        ("4.42", True),
        ("142", False),
        ("josé@münchen.example", True),
        ("jos@munchen.example", False),
        ("李", True),
        ("李 x", True),
        ("", False),
        (None, False),
    ],
)
def test_a_person_is_found_by_whole_words_in_any_text(text, is_named):
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as old")
    connection.execute("create table old.main.notes as select ?::varchar as note, 1 as n", [text])
    names = {"Ann.Lee@acme.example", "003XERASED", "42", "josé@münchen.example", "李", ""}
    register = Register(connection, "asked", names)
    (table,) = tables_of(connection)
    assert register.columns_with(table) == (["note"] if is_named else [])
    condition = register.names_somebody("note")
    assert connection.execute(f"select {condition} from old.main.notes").fetchone() == (is_named,)


def test_a_run_erases_what_the_raw_data_ask_for(tmp_path):
    """The whole command line, twice: before the request, and after it."""
    # Web events stay views, down to the file that they are read from.
    models = (*small_project.MARTS, "privacy_requests", "web_events")
    pipeline = Pipeline(small_project.make(tmp_path / "project", models), tmp_path)
    lines = [{**line, "person_id": "person-of-" + line["customer_id"]} for line in SALES]
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", lines)
    assert pipeline.run().returncode == 0
    total, first = pipeline.net_amount(), pipeline.version
    asked = {"subject_type": "person", "subject_id": "person-of-c1", "request_type": "erase"}
    write_csv(
        pipeline.raw / "generic" / "privacy_requests.csv",
        [{**asked, "effective_at": "2025-11-01 00:00:00"}],
    )
    assert found_in_bytes(pipeline.warehouse, ["person-of-c1"])
    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "1 kept versions written anew" in outcome.stdout
    assert found_in_bytes(pipeline.warehouse, ["person-of-c1"]) == {}
    assert found_in_tables(pipeline.warehouse, ["person-of-c1"]) == {}
    assert found_in_tables(pipeline.warehouse, ["person-of-c2"])
    with duckdb.connect(str(pipeline.warehouse / "build.duckdb"), read_only=True) as connection:
        # Canonical web events are a view of the raw files, and publishing reads it.
        assert connection.execute("select count(*) from raw_generic.revenue_lines").fetchone()
    assert pipeline.net_amount() == pytest.approx(total)
    assert pipeline.call("rollback").returncode == 0
    assert pipeline.version == first
    assert pipeline.net_amount() == pytest.approx(total)

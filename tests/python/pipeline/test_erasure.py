"""
Erased people and devices are in no file that the pipeline writes, not even in bytes that no table shows any more.
Everyone else stays, and so do the totals.
"""

import hashlib
import re
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import small_project
import yaml
from pipeline.core.settings import make_settings
from pipeline.publishing.erasure import rewrite
from small_project import SALES, Pipeline
from support import ROOT, connect, dbt, own_data, write_csv

pytestmark = pytest.mark.slow

SALT = "revenue-funnel"
AT = "2025-11-01 00:00:00"
TOTALS = {
    "revenue": "select period_month, sum(net_amount) from marts.fct_revenue_by_month",
    "mrr": "select period_month, sum(end_mrr) from marts.fct_mrr_movements",
    "opportunities": "select is_won, count(*), sum(amount) from marts.fct_opportunities",
    "sessions": "select channel, count(*), sum(events_count) from marts.fct_sessions",
    "touchpoints": "select channel, count(*) from marts.fct_touchpoints",
    "credits": "select model, sum(credited_value) from marts.fct_attribution_credits"
    " where conversion_type = 'won'",
}


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


@dataclass
class Company:
    """The demo company after the run that erases, and what its first version had."""

    pipeline: Pipeline
    first: str
    erased: set[str]
    person_key: str
    rows: dict[str, int]
    sessions_of_others: list[tuple]
    totals: dict[str, list[tuple]]
    printed: str


def totals(pipeline: Pipeline) -> dict[str, list[tuple]]:
    return {
        name: pipeline.published(f"{query} group by all order by all")
        for name, query in TOTALS.items()
    }


def known_person(connection: duckdb.DuckDBPyConnection) -> tuple[str, str, set[str]]:
    """The person with the most identifiers who has a journey: key, email, and all that names the person."""
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
    email_hash = hashlib.sha256(f"{SALT}{email}".encode()).hexdigest()
    return person_key, email, {person_key, email_hash, *(text for pair in texts for text in pair)}


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Company:
    """The demo company as raw files, published; then a person and a device ask to be erased."""
    root = tmp_path_factory.mktemp("erasure")
    project = small_project.make(root / "project")
    for folder in ("models", "seeds/rules"):
        shutil.copytree(ROOT / folder, project / folder, dirs_exist_ok=True)
    pipeline = Pipeline(small_project.without_tests(project), root)
    shutil.copytree(ROOT / "seeds" / "raw", pipeline.raw)
    shutil.copytree(ROOT / "seeds" / "demo" / "rules", pipeline.raw / "rules")
    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    with duckdb.connect(str(pipeline.warehouse / "build.duckdb"), read_only=True) as connection:
        person_key, email, erased = known_person(connection)
        (device,) = connection.execute(
            "select anonymous_id from marts.fct_sessions where person_key is null"
            " and anonymous_id is not null group by all order by count(*) desc, anonymous_id limit 1"
        ).fetchone()
    erased |= {device, hashlib.md5(device.encode()).hexdigest()}
    first = pipeline.version
    others = f"select count(*) from marts.fct_sessions where person_key <> '{person_key}'"
    before = Company(
        pipeline,
        first,
        erased,
        person_key,
        rows_of(pipeline.warehouse / "versions" / first / "revenue.duckdb"),
        pipeline.published(others),
        totals(pipeline),
        "",
    )
    found = found_in_tables(pipeline.warehouse, erased)
    for place in ("build.duckdb: canonical.people", f"versions/{first}/parquet/dim_people.parquet"):
        assert any(name.startswith(place) for name in found), found
    with (pipeline.raw / "generic" / "generic__privacy_requests.csv").open("a") as file:
        file.write(
            f"generic,email,{email.upper()},erase,{AT}\ngeneric,device,{device},erase,{AT}\n"
        )
    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    before.printed = outcome.stdout
    return before


def test_no_file_has_bytes_or_values_of_the_erased(company):
    warehouse = company.pipeline.warehouse
    assert found_in_bytes(warehouse, company.erased) == {}
    assert found_in_tables(warehouse, company.erased) == {}
    assert "1 kept versions rewritten" in company.printed
    assert list(warehouse.rglob(".*")) == []


@pytest.mark.parametrize("name", TOTALS)
def test_totals_do_not_change(company, name):
    assert totals(company.pipeline)[name] == company.totals[name]


def test_a_rewritten_version_lacks_only_the_persons_own_row(company):
    database = company.pipeline.warehouse / "versions" / company.first / "revenue.duckdb"
    people = company.rows["marts.dim_people"] - 1
    assert rows_of(database) == {**company.rows, "marts.dim_people": people}
    with duckdb.connect(str(database), read_only=True) as connection:
        others = "select count(*) from marts.fct_sessions where person_key is not null"
        assert connection.execute(others).fetchall() == company.sessions_of_others
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


# The request, and the identifiers that it erases. Records: a long chain of merges (chain-0 to chain-39), one person
# with two emails and a user id, 60 records with one email that is not listed as shared, one with info@.
CASES = [
    ("person", "chain-0", {f"chain-{n}" for n in range(40)} | {"chain@x.com"}),
    ("email", " Ann@x.com", {"ann", "ann-lead", "ann@x.com", "ann@home.org", "u-ann"}),
    ("person", "hub-1", {"hub-1", "one@x.com"}),
    ("email", "info@x.com", {"info-1"}),
    ("device", "d-1", {"d-1"}),
    ("person", "unknown", {"unknown"}),
]


@pytest.fixture(scope="module")
def canonical(tmp_path_factory) -> Path:
    """Canonical models of a CRM, web events and emails with all requests of CASES."""
    place = tmp_path_factory.mktemp("canonical")
    raw = place / "raw" / "generic"
    chain = [("chain-0", "chain@x.com", "")] + [(f"chain-{n}", "", "") for n in range(1, 40)]
    people = [
        *chain,
        ("ann", "Ann@x.com", ""),
        ("ann-lead", "", "ann"),
        ("bob", "bob@x.com", ""),
        ("hub-1", "one@x.com", ""),
        *((f"hub-{n}", "everyone@x.com", "") for n in range(2, 62)),
        ("info-1", "info@x.com", ""),
        ("info-2", "two@x.com", ""),
        ("info-3", "three@x.com", ""),
    ]
    columns = ("person_id", "email", "converted_to_person_id")
    write_csv(raw / "people.csv", [dict(zip(columns, row, strict=True)) for row in people])
    merges = [(f"chain-{n}", f"chain-{n + 1}", "") for n in range(39)]
    merges += [("gone", "info-2", "info@x.com"), ("hub-1-old", "hub-1", "everyone@x.com")]
    write_csv(
        raw / "record_merges.csv",
        [
            {"record_type": "person", "merged_id": a, "survivor_id": b, "email": email}
            for a, b, email in merges
        ],
    )
    events = [
        {"anonymous_id": "d-1", "user_id": "", "email": ""},
        {"anonymous_id": "d-2", "user_id": "u-ann", "email": "ann@x.com"},
        {"anonymous_id": "d-3", "user_id": "u-ann", "email": "ANN@home.org"},
        {"anonymous_id": "d-4", "user_id": "u-bob", "email": "bob@x.com"},
    ]
    write_csv(
        raw / "web_events.csv",
        [
            {"event_id": f"e{n}", "event_type": "page_view", "occurred_at": AT, **event}
            for n, event in enumerate(events)
        ],
    )
    requests = [
        {"subject_type": kind, "subject_id": subject, "request_type": "erase", "effective_at": AT}
        for kind, subject, _ in CASES
    ]
    write_csv(raw / "privacy_requests.csv", requests)
    models = "erased_identifiers people record_merges web_events privacy_requests raw_ledger"
    dbt(
        place,
        f"build --quiet --select +{models.replace(' ', ' +')} --indirect-selection buildable"
        " --exclude-resource-type unit_test",
        own_data(place / "raw", "2025-12-31"),
    )
    return place


@pytest.mark.parametrize(("kind", "subject", "erased"), CASES)
def test_a_request_erases_all_identifiers_of_the_person(canonical, kind, subject, erased):
    texts = texts_of(canonical)
    assert erased & texts == set()


def test_a_request_erases_nobody_else(canonical):
    kept = {"bob", "bob@x.com", "u-bob", "d-2", "d-4", "info-3", "three@x.com", "info@x.com"}
    kept |= {"everyone@x.com", "hub-2", "hub-61", "hub-1-old", "info-2", "two@x.com"}
    assert kept - texts_of(canonical) == set()


def texts_of(place: Path) -> set[str]:
    """All values of the canonical tables, and of the view of web events."""
    with connect(place) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'canonical'"
            " and data_type = 'VARCHAR' and table_name <> 'erasure_pairs'"
        ).fetchall()
        return {
            text
            for table, column in columns
            for (text,) in connection.execute(f"select {column} from canonical.{table}").fetchall()
        }


def test_every_identifier_of_a_person_is_replaced_where_data_enter():
    """By their names: a canonical model that passes one on as delivered would keep erased people."""
    names = {"anonymous_id", "user_id", "person_id", "converted_to_person_id", "customer_id"}
    names |= {"email", "merged_id", "survivor_id"}
    for path in sorted((ROOT / "models" / "canonical").glob("*.sql")):
        sql = path.read_text()
        (model,) = yaml.safe_load(path.with_suffix(".yml").read_text())["models"]
        if "union_sources(" in sql:
            listed = re.search(r"identifiers=\[([^]]*)\]", sql)
            replaced = set(re.findall(r"\w+", listed[1])) if listed else set()
            columns = {column["name"] for column in model["columns"]}
            assert columns & names == replaced, path.name


@pytest.mark.nightly
def test_runs_erase_once_what_the_raw_data_ask_for(tmp_path):
    """The whole command line, before a request, after it, and when another identifier of the person appears."""
    models = (*small_project.MARTS, "privacy_requests", "web_events", "people")
    pipeline = Pipeline(small_project.make(tmp_path / "project", models), tmp_path)
    lines = [{**line, "person_id": "person-of-" + line["customer_id"]} for line in SALES]
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", lines)
    people = [{"person_id": "person-of-c1", "email": "c1@home.example"}]
    people += [{"person_id": "person-of-c2", "email": "c2@home.example"}]
    write_csv(pipeline.raw / "generic" / "people.csv", people)
    assert pipeline.run().returncode == 0
    total, first = pipeline.net_amount(), pipeline.version
    asked = {"subject_type": "email", "subject_id": "C1@home.example", "request_type": "erase"}
    requests = pipeline.raw / "generic" / "privacy_requests.csv"
    write_csv(requests, [{**asked, "effective_at": AT}])
    assert found_in_bytes(pipeline.warehouse, ["person-of-c1"])

    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "1 kept versions rewritten" in outcome.stdout
    erased = ["person-of-c1", "c1@home.example"]
    assert found_in_bytes(pipeline.warehouse, erased) == {}
    assert found_in_tables(pipeline.warehouse, erased) == {}
    assert found_in_tables(pipeline.warehouse, ["person-of-c2"])
    assert pipeline.net_amount() == pytest.approx(total)
    assert pipeline.call("rollback").returncode == 0
    assert pipeline.version == first
    assert pipeline.net_amount() == pytest.approx(total)

    # Nothing more to erase, so the files of the build stay.
    again = pipeline.run("--force")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "starting with new files" not in again.stdout

    write_csv(
        pipeline.raw / "generic" / "people.csv", [*people, {**people[0], "person_id": "c1-too"}]
    )
    settings = {"erasure_of_kept_versions": "drop"}
    (tmp_path / "vars.yml").write_text(yaml.safe_dump(settings))
    more = pipeline.run("--vars", tmp_path / "vars.yml")
    assert more.returncode == 0, more.stdout + more.stderr
    assert "kept versions dropped" in more.stdout
    assert [path.name for path in (pipeline.warehouse / "versions").iterdir()] == [pipeline.version]
    assert found_in_bytes(pipeline.warehouse, [*erased, "c1-too"]) == {}

    (tmp_path / "vars.yml").write_text("erasure_of_kept_versions: forget")
    refused = pipeline.run("--vars", tmp_path / "vars.yml")
    assert refused.returncode == 2
    assert "Set it to rewrite or drop." in refused.stdout + refused.stderr


def test_a_rewritten_version_keeps_only_the_people_of_the_current_one(tmp_path):
    """Keys in a list are kept one by one, and Parquet files and comments are those of the new tables."""
    settings = make_settings(environ={"WAREHOUSE_DIR": str(tmp_path)})
    folder = settings.versions_dir / "20250101T000000Z-000000"
    folder.mkdir(parents=True)
    (folder / "built_from.sha256").write_text("abc")
    current = tmp_path / "current.duckdb"
    for path, ann in ((folder / "revenue.duckdb", "ann"), (current, "erased")):
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                f"""create schema marts;
                create table marts.dim_people as from (values
                    ('{ann}', 'old-1'), ('bob', 'old-2,{ann}-2')) as t(person_key, previous_person_keys);
                create table marts.fct_revenue_by_month as from (values
                    ('{ann}', 'Acme', 10.25), ('bob', 'Acme', 5), (null, 'Acme', 1))
                    as t(customer_id, product_line, net_amount);
                comment on table marts.dim_people is 'One row per person.';
                comment on column marts.dim_people.person_key is 'Key.';"""
            )
    rewrite(settings, folder, current)
    with duckdb.connect(str(folder / "revenue.duckdb"), read_only=True) as connection:
        people = "from marts.dim_people"
        assert connection.execute(people).fetchall() == [("bob", "old-2")]
        lines = "select customer_id, net_amount from {} order by net_amount"
        expected = [(None, 1), ("bob", 5), (None, Decimal("10.25"))]
        parquet = f"'{folder}/parquet/fct_revenue_by_month.parquet'"
        for table in ("marts.fct_revenue_by_month", parquet):
            assert connection.execute(lines.format(table)).fetchall() == expected
        assert connection.execute(
            "select comment from duckdb_tables() where table_name = 'dim_people' union all"
            " select comment from duckdb_columns() where column_name = 'person_key'"
        ).fetchall() == [("One row per person.",), ("Key.",)]
    assert (folder / "built_from.sha256").read_text() == "abc"
    assert found_in_bytes(folder, ["ann"]) == {}

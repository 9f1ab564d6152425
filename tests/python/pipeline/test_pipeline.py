"""The pipeline by its command line, on small own data: what it publishes, and what it says of bad input."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest
import small_project
from pipeline.core import lock, versions
from pipeline.core.errors import DataError
from pipeline.engines.marts import models, remove_stray_files
from pipeline.inputs.dbt_vars import kind_vars, kinds_for_table, switched_on
from pipeline.inputs.declarations import declarations
from pipeline.inputs.find import find_inputs
from pipeline.publishing import publish
from pipeline.publishing.unchanged import fingerprint
from pipeline.quality import audit_marts
from pipeline.quality.judge import judge
from pipeline.records import history
from small_project import Pipeline, digest
from support import ROOT, write_csv

REVENUE_LINES = [
    {
        "line_id": "1",
        "customer_id": "c1",
        "amount": "100.00",
        "currency": "USD",
        "revenue_at": "2025-01-05",
    },
    {
        "line_id": "2",
        "customer_id": "c1",
        "amount": "50.00",
        "currency": "EUR",
        "revenue_at": "2025-02-05",
    },
    {
        "line_id": "3",
        "customer_id": "",
        "amount": "20.00",
        "currency": "USD",
        "revenue_at": "2025-02-06",
    },
]
# Both are set aside by the project itself: one key given twice, one date that is none.
BAD_LINES = [
    {
        "line_id": "3",
        "customer_id": "",
        "amount": "20.00",
        "currency": "USD",
        "revenue_at": "2025-02-06",
    },
    {
        "line_id": "4",
        "customer_id": "c2",
        "amount": "7.00",
        "currency": "USD",
        "revenue_at": "31/02/2025",
    },
]
RATES = [
    {"rate_date": "2025-02-03", "currency": "EUR", "base_currency": "USD", "rate": "1.05"},
]
NET_AMOUNT = 100 + 52.5 + 20


# With the report of rows that were set aside.
MARTS = (*small_project.MARTS, "rpt_rejected_rows")


def write_raw(root: Path, lines: list[dict[str, str]] = REVENUE_LINES) -> Path:
    write_csv(root / "generic" / "revenue_lines.csv", lines)
    write_csv(root / "rules" / "fx_rates.csv", RATES)
    return root


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project.make(tmp_path_factory.mktemp("project"), MARTS)


@pytest.fixture
def pipeline(project: Path, tmp_path: Path) -> Pipeline:
    """A pipeline that has published nothing, for runs that fail before the build."""
    return Pipeline(project, tmp_path)


@pytest.fixture
def whole(tmp_path: Path) -> Pipeline:
    """The same with every model of the project."""
    return Pipeline(
        ROOT, tmp_path, DBT_PROFILES_DIR=str(ROOT), DBT_TARGET_PATH=str(tmp_path / "target")
    )


@pytest.fixture(scope="module")
def published(project: Path, tmp_path_factory: pytest.TempPathFactory):
    """One run on data with two bad rows: the pipeline and the outcome of the run."""
    pipeline = Pipeline(project, tmp_path_factory.mktemp("published"))
    write_raw(pipeline.raw, REVENUE_LINES + BAD_LINES)
    lines = pipeline.raw / "generic" / "revenue_lines.csv"
    header, rows = lines.read_text().split("\n", 1)
    lines.write_text(header.upper() + "\n" + rows)
    return pipeline, pipeline.run()


# -- a run that publishes --------------------------------------------------------------------------


def test_a_whole_run_publishes_and_says_what_and_where(published):
    pipeline, outcome = published
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert outcome.stderr == ""
    assert f"{NET_AMOUNT:,.2f} USD" in outcome.stdout
    assert str(pipeline.warehouse / "current" / "revenue.duckdb") in outcome.stdout
    for step in ("preflight", "audit raw", "build", "audit marts", "report", "publish"):
        assert f"{step:<12}  done in" in outcome.stdout


def test_upper_case_column_names_are_read(published):
    """Required columns and optional ones, such as customer_id."""
    pipeline, _ = published
    customers = "select distinct customer_id from marts.fct_revenue_by_month order by 1"
    assert pipeline.published(customers) == [("(unknown)",), ("c1",)]


def test_rows_set_aside_are_warned_of_and_counted(published):
    pipeline, outcome = published
    assert "generic.revenue_lines: revenue_at cannot be read as timestamp in" in outcome.stdout
    assert "generic.revenue_lines: line_id repeats in" in outcome.stdout
    reasons = dict(
        pipeline.published("select rejection_reason, rows_count from operations.rpt_rejected_rows")
    )
    assert reasons == {"revenue_at is not a timestamp": 1, "duplicate of line_id": 1}


def test_only_marts_and_operations_are_published_as_tables(published):
    pipeline, _ = published
    rows = pipeline.published(
        "select table_schema, table_name, table_type from information_schema.tables"
    )
    assert {schema for schema, _, _ in rows} == {"marts", "operations"}
    assert {kind for _, _, kind in rows} == {"BASE TABLE"}
    files = {path.stem for path in (pipeline.warehouse / "current" / "parquet").glob("*.parquet")}
    assert files == {name for _, name, _ in rows}


def test_the_published_file_bears_its_run_and_the_descriptions(published):
    pipeline, _ = published
    version = pipeline.version
    runs = pipeline.published(
        "select run_id, status, rows > 0, as_of_date from operations.pipeline_runs"
    )
    assert [(run_id, status, has_rows, str(day)) for run_id, status, has_rows, day in runs] == [
        (version, "published", True, "2025-12-31")
    ]
    uncommented = pipeline.published(
        "select table_name from duckdb_tables() where comment is null or comment not like 'One row per %'"
    )
    assert uncommented == []
    columns = pipeline.published(
        "select table_name, column_name from duckdb_columns() where comment is null and not internal"
    )
    assert columns == []


def test_relationships_of_published_tables_are_published(published):
    pipeline, _ = published
    keys = pipeline.published("from operations.relationships")
    assert ("marts.fct_revenue_by_month", "period_month", "marts.dim_dates", "date_day") in keys
    for from_table, from_column, to_table, to_column in keys:
        orphans = (
            f"select {from_column} from {from_table} except select {to_column} from {to_table}"
        )
        assert [key for (key,) in pipeline.published(orphans) if key is not None] == [], from_table


def test_each_version_has_pages_on_what_was_checked(published):
    """They open without a network and name no person."""
    pipeline, _ = published
    docs = pipeline.warehouse / "current" / "data_docs"
    index = (docs / "index.html").read_text()
    links = [unquote(link) for link in re.findall(r'href="([^"]*)"', index)]
    assert len(links) > 3
    texts = {link: (docs / link).read_text() for link in links}
    (raw,) = (text for link, text in texts.items() if "all raw tables" in link)
    assert "required columns are there" in raw
    (mart,) = (text for link, text in texts.items() if "marts.fct_revenue_by_month" in link)
    assert "has rows" in mart
    for text in [index, *texts.values()]:
        assert not re.search(r"[\w.]+@[\w-]+\.[a-z]{2,}", text)
        assert not re.search(r"""(?:src|href)=["']https?:|url\(""", text)
    for page in docs.rglob("*.html"):
        for link in re.findall(r'href="([^"#]*)"', page.read_text()):
            assert (page.parent / unquote(link)).is_file(), (page, link)


def test_every_file_of_1_x_clients_can_open_it(published):
    pipeline, _ = published
    rows = pipeline.published(
        "select tags['storage_version'] from duckdb_databases() where database_name = 'revenue'"
    )
    assert rows == [("v1.0.0+",)]


def test_each_step_and_each_expectation_is_in_the_history(published):
    pipeline, _ = published
    steps = pipeline.history("select step, status from pipeline_steps order by step_number")
    assert steps == [
        (name, "ok")
        for name in ("preflight", "audit raw", "build", "audit marts", "report", "publish")
    ]
    unmet = pipeline.history(
        "select table_name, expectation, severity from data_quality_results where not is_met order by 2"
    )
    assert unmet == [
        ("generic.revenue_lines", "line_id is given once", "warning"),
        ("generic.revenue_lines", "revenue_at can be read as timestamp", "warning"),
    ]
    borders = dict(
        pipeline.history("select border, count(*) from data_quality_results group by border")
    )
    assert borders["raw"] > 10
    assert borders["marts"] > 4


def test_nothing_but_stated_files_is_in_the_warehouse(published):
    pipeline, _ = published
    names = {path.name for path in pipeline.warehouse.iterdir()}
    assert names == {
        "build.duckdb",
        "build_marts",
        "build_data_docs",
        "build_report",
        "sql_of_duckdb_build",
        "history.duckdb",
        "current",
        "versions",
        "run.lock",
    }


def test_the_published_files_are_those_that_were_audited(published):
    """Under two names: nothing is computed once more between the audit and the readers."""
    pipeline, _ = published
    built = sorted((pipeline.warehouse / "build_marts").iterdir())
    assert [path.name for path in built] == sorted(
        f"{mart.name}.parquet" for mart in models(pipeline.settings())
    )
    for path in built:
        assert path.samefile(pipeline.warehouse / "current" / "parquet" / path.name)


def test_files_of_marts_that_are_no_more_do_not_stay(published):
    pipeline, _ = published
    folder = pipeline.warehouse / "build_marts"
    there = sorted(folder.iterdir())
    for left in ("rpt_of_last_year.parquet", "tmp_fct_revenue_by_month.parquet"):
        (folder / left).write_bytes(b"PAR1")
    remove_stray_files(pipeline.settings())
    assert sorted(folder.iterdir()) == there


# -- publishing ------------------------------------------------------------------------------------


def test_a_run_in_which_nothing_has_changed_builds_nothing_and_says_so(published):
    pipeline, first = published
    version = pipeline.version
    again = pipeline.run()
    assert again.returncode == 0, again.stderr
    assert f"those of version {version}: nothing to do" in again.stderr + again.stdout
    assert "build         started" not in again.stderr + again.stdout
    assert pipeline.version == version
    figures = [line for line in first.stdout.splitlines() if line.startswith("  Net revenue")]
    assert figures and figures[0] in again.stdout
    assert pipeline.history(
        "select status from pipeline_runs order by started_at desc limit 1"
    ) == [("unchanged",)]


def test_whatever_a_build_depends_on_makes_it_build_again(published, tmp_path):
    pipeline, _ = published
    built_from = (pipeline.warehouse / "current" / versions.BUILT_FROM).read_text().strip()

    def of(settings):
        return fingerprint(settings, find_inputs(settings))

    settings = pipeline.settings()
    assert of(settings) == built_from
    assert of(dataclasses.replace(settings, as_of="2025-12-30")) != built_from
    assert of(dataclasses.replace(settings, vars={"mrr_grace_days": 11})) != built_from
    again = dataclasses.replace(settings, reload_days=("2025-01-01", "2025-01-31"))
    assert of(again) == built_from, "a backfill changes how a build reads, not what comes of it"
    delivered = pipeline.raw / "generic" / "revenue_lines.csv"
    before = delivered.stat().st_mtime_ns
    os.utime(delivered, ns=(before, before + 1_000_000))
    assert of(settings) != built_from
    os.utime(delivered, ns=(before, before))
    assert of(settings) == built_from
    project = tmp_path / "project"
    shutil.copytree(pipeline.project / "models", project / "models")
    for name in ("dbt_project.yml", "requirements.lock"):
        shutil.copy(pipeline.project / name, project)
    found = find_inputs(settings)
    elsewhere = dataclasses.replace(settings, project_dir=project)
    untouched = fingerprint(elsewhere, found)
    (project / "models" / "canonical" / "as_of.sql").write_text("select 1")
    assert fingerprint(elsewhere, found) != untouched


def test_a_reader_of_the_old_version_is_not_disturbed_and_old_versions_go(published):
    pipeline, _ = published
    warehouse = pipeline.warehouse
    first = (warehouse / "current").resolve().name
    query = "select sum(net_amount), (select max(run_id) from operations.pipeline_runs) from marts.fct_revenue_by_month"
    with duckdb.connect(str(warehouse / "current" / "revenue.duckdb"), read_only=True) as reader:
        newest = first
        for _ in range(4):
            settings = pipeline.settings()
            while settings.run_id[:16] <= newest[:16]:  # ids of the same second are in no order
                time.sleep(0.1)
                settings = pipeline.settings()
            newest = settings.run_id
            history.start_run(settings)
            publish.publish(settings, "2025-12-31")
            history.finish_run(settings, "published", as_of_date="2025-12-31")
            versions.remove_old(settings)
            assert [(float(total), run) for total, run in reader.execute(query).fetchall()] == [
                (NET_AMOUNT, first)
            ]
            assert pipeline.published(query)[0][1] == settings.run_id
    kept = sorted(path.name for path in (warehouse / "versions").iterdir())
    assert len(kept) == 3
    assert kept[-1] == settings.run_id
    assert first not in kept


def test_a_mart_without_rows_stops_before_publishing(published, tmp_path):
    pipeline, _ = published
    broken = Pipeline(pipeline.project, tmp_path)
    broken.raw = pipeline.raw
    broken.warehouse.mkdir()
    shutil.copy(pipeline.warehouse / "build.duckdb", broken.warehouse)
    with duckdb.connect(str(broken.warehouse / "build.duckdb")) as connection:
        connection.execute("create table broken as from marts.fct_revenue_by_month limit 0")
        connection.execute("drop view marts.fct_revenue_by_month")
        connection.execute("create table marts.fct_revenue_by_month as from broken")
    settings = broken.settings()
    results = audit_marts.audit_marts(
        settings, find_inputs(settings), lambda done, total, doing: None
    )
    unmet = {(result.table_name, result.expectation) for result in results if not result.is_met}
    assert unmet == {("marts.fct_revenue_by_month", "has rows")}
    with pytest.raises(DataError, match=r"fct_revenue_by_month: has no rows"):
        judge(settings, results)


def test_a_mart_that_the_build_lacks_is_an_error(published, tmp_path):
    pipeline, _ = published
    broken = Pipeline(pipeline.project, tmp_path)
    broken.raw = pipeline.raw
    broken.warehouse.mkdir()
    shutil.copy(pipeline.warehouse / "build.duckdb", broken.warehouse)
    with duckdb.connect(str(broken.warehouse / "build.duckdb")) as connection:
        connection.execute("drop view marts.fct_revenue_by_month")
    settings = broken.settings()
    results = audit_marts.audit_marts(
        settings, find_inputs(settings), lambda done, total, doing: None
    )
    assert [(r.table_name, r.expectation) for r in results if not r.is_met] == [
        ("marts.fct_revenue_by_month", "is there")
    ]


def test_an_unknown_currency_stops_the_build_naming_currency_and_day(published, tmp_path):
    pipeline, _ = published
    before = digest(pipeline.warehouse / "current")
    version = pipeline.version
    lines = [*REVENUE_LINES, {**REVENUE_LINES[0], "line_id": "9", "currency": "XTS"}]
    outcome = pipeline.run(
        "--raw-location",
        write_raw(tmp_path / "raw", lines),
        "--as-of",
        "2025-12-31",
        "--replace-source",
    )
    assert outcome.returncode == 1
    assert "FAILED in step 'build'" in outcome.stderr
    assert "No exchange rate for XTS to USD on 2025-01-05" in outcome.stderr
    assert "revenue_lines: XTS has no rate to USD in 1 row, 2025-01-05 to" in outcome.stderr
    assert "rules/fx_rates.csv" in outcome.stderr
    assert (
        f"untouched: {pipeline.warehouse / 'current'} is still version {version}" in outcome.stderr
    )
    assert digest(pipeline.warehouse / "current") == before
    last = pipeline.history(
        "select status, failed_step from pipeline_runs order by started_at desc limit 1"
    )
    assert last == [("failed", "build")]


# -- bad input, stopped before the build -----------------------------------------------------------


def assert_stopped(outcome, exit_code: int, step: str, *words: str) -> None:
    assert outcome.returncode == exit_code, outcome.stdout + outcome.stderr
    assert f"FAILED in step '{step}' (exit code {exit_code})" in outcome.stderr
    assert "What to do: " in outcome.stderr
    for word in words:
        assert word in outcome.stderr


def test_a_missing_column_is_named(pipeline, tmp_path):
    lines = [
        {name: value for name, value in line.items() if name != "currency"}
        for line in REVENUE_LINES
    ]
    write_raw(pipeline.raw, lines)
    outcome = pipeline.run()
    assert_stopped(
        outcome,
        1,
        "audit raw",
        "generic.revenue_lines: column currency is missing; rename it in the export; its columns are",
    )
    assert pipeline.history("select status, failed_step from pipeline_runs") == [
        ("failed", "audit raw")
    ]


def test_rows_that_are_no_csv_are_named_and_published_marts_stay(published, tmp_path):
    pipeline, _ = published
    before = digest(pipeline.warehouse / "current")
    raw = write_raw(tmp_path / "raw")
    with (raw / "generic" / "revenue_lines.csv").open("ab") as file:
        file.write(b"4,caf\xe9,1.00,USD,2025-01-05\r\n5,c1\r\n")
    with (raw / "rules" / "fx_rates.csv").open("ab") as file:
        file.write(b'2025-02-03,"GBP,USD,1.2\r\n')
    outcome = pipeline.run("--raw-location", raw, "--replace-source")
    assert_stopped(
        outcome,
        2,
        "preflight",
        f"generic.revenue_lines: {raw / 'generic' / 'revenue_lines.csv'} cannot be read:"
        " row 5 (invalid encoding), row 6 (missing columns); the header is row 1",
        f"rules.fx_rates: {raw / 'rules' / 'fx_rates.csv'} cannot be read: row 3 (unquoted value)",
        "Give each row as many values as the header has columns",
        "The published marts are untouched",
    )
    assert "caf" not in outcome.stderr
    assert digest(pipeline.warehouse / "current") == before


def test_a_delivery_that_the_vars_switch_off_whole_is_not_published_as_nothing(pipeline, tmp_path):
    """Marts without a row, published with exit code 0, are what a reader would see."""
    raw = write_raw(tmp_path / "raw")
    vars_file = tmp_path / "off.yml"
    vars_file.write_text("".join(f"{kind}: []\n" for kind in kind_vars(ROOT)), encoding="utf-8")
    outcome = pipeline.run("--vars", vars_file)
    assert_stopped(outcome, 2, "preflight", f"Nothing in {raw} would be read", "_sources")


# -- one run at a time -----------------------------------------------------------------------------


def test_a_run_while_another_runs_is_refused(pipeline):
    pipeline.warehouse.mkdir()
    with lock.only_run(pipeline.settings()):
        outcome = pipeline.run()
    assert_stopped(outcome, 3, "preflight", f"process {os.getpid()}")
    assert not (pipeline.warehouse / "history.duckdb").exists()


def test_the_lock_of_a_dead_process_is_taken_over(pipeline, tmp_path):
    pipeline.warehouse.mkdir()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    lock.lock_file(pipeline.warehouse).write_text(json.dumps({"pid": dead.pid}), encoding="utf-8")
    outcome = pipeline.run()
    assert f"took over the lock of process {dead.pid}, which has died" in outcome.stdout
    assert_stopped(outcome, 2, "preflight", "does not exist")


def test_a_run_that_died_without_a_verdict_is_closed_by_the_next(pipeline, tmp_path):
    pipeline.warehouse.mkdir()
    died = pipeline.settings()
    history.start_run(died)
    pipeline.run()
    assert pipeline.history("select status from pipeline_runs order by started_at, run_id") == [
        ("interrupted",),
        ("failed",),
    ]


# -- what is derived from the project --------------------------------------------------------------


def test_vendors_are_switched_on_by_the_tables_that_lie_there(whole):
    found = [
        ("salesforce", "account"),
        ("segment", "pages"),
        ("generic", "sales_activities"),
        ("rules", "fx_rates"),
    ]
    settings = whole.settings()
    on = switched_on(settings, found)
    assert {kind: vendors for kind, vendors in on.items() if vendors} == {
        "crm_sources": ["salesforce"],
        "web_sources": ["segment"],
        "meeting_sources": ["generic"],
    }
    chosen = dataclasses.replace(settings, vars={"crm_sources": []})
    assert switched_on(chosen, found)["crm_sources"] == []


def test_every_declared_table_switches_on_the_kinds_that_its_models_ask_for():
    """Only a table whose rows another vendor may deliver too waits for own vars."""
    declared = declarations(ROOT)
    kinds = {key: kinds_for_table(*key, declared) for key in declared}
    assert [key for key, names in kinds.items() if not names] == [
        ("hubspot", "contact_form_submission"),
        ("marketo", "activity_visit_webpage"),
        ("marketo", "activity_fill_out_form"),
    ]
    for vendor in {vendor for vendor, _ in declared} - {"generic"}:
        models = (ROOT / "models" / "staging" / vendor).glob("*.sql")
        asked = {
            name
            for path in models
            for name in re.findall(rf"'{vendor}' in var\('(\w+_sources)'\)", path.read_text())
        }
        named = {name for key, names in kinds.items() if key[0] == vendor for name in names}
        assert named == asked - ({"web_sources"} if vendor in ("hubspot", "marketo") else set())


def test_help_names_every_option_and_exit_code(pipeline):
    outcome = pipeline.call("run", "--help")
    assert outcome.returncode == 0
    for option in ("--target", "--full-refresh", "--raw-location", "--as-of", "--vars"):
        assert option in outcome.stdout
    assert "exit codes" in outcome.stdout

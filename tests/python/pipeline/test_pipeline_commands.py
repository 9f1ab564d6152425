"""
The verbs of scripts/run_pipeline.py beside a plain run: status, history, rollback, doctor, the dry
run; what they print, their exit codes, and what they leave alone.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
import small_project
from pipeline.core import lock, versions
from pipeline.core.errors import DataError, InputError, InternalError
from pipeline.core.settings import make_settings, new_run_id, started_at_of
from pipeline.engines import spark_session
from pipeline.engines.failures import raise_failures
from pipeline.inputs.declarations import declarations
from pipeline.inputs.raw_files import RawTable
from pipeline.quality.audit_raw import setup_statements
from pipeline.quality.raw_facts import RawFacts
from pipeline.verbs.doctor import locked_versions
from pipeline.verbs.preflight import check_clock
from small_project import Pipeline, digest, json_lines
from support import ROOT, write_csv

pytestmark = pytest.mark.slow

VERBS = ("run", "status", "history", "rollback", "doctor")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return small_project.make(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def twice(project, tmp_path_factory):
    """Two versions: the second from one more sale. Not to be changed: `again` is a copy."""
    pipeline = Pipeline(project, tmp_path_factory.mktemp("twice"))
    for sales in (small_project.SALES[:-1], small_project.SALES):
        write_csv(pipeline.raw / "generic" / "revenue_lines.csv", sales)
        outcome = pipeline.run()
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return pipeline


@pytest.fixture
def again(twice, tmp_path):
    """A copy of those two versions; the raw files are those of the second."""
    shutil.copytree(twice.warehouse, tmp_path / "warehouse", symlinks=True)
    pipeline = Pipeline(twice.project, tmp_path)
    pipeline.raw = twice.raw
    return pipeline


@pytest.fixture
def fresh(project, tmp_path):
    """A pipeline that has published nothing."""
    pipeline = Pipeline(project, tmp_path / "fresh")
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", small_project.SALES)
    return pipeline


def kept(pipeline: Pipeline) -> list[str]:
    return sorted(path.name for path in (pipeline.warehouse / "versions").iterdir())


# -- status and history ----------------------------------------------------------------------------


def test_status_says_what_is_published_and_that_nothing_runs(again):
    outcome = again.call("status")
    assert outcome.returncode == 0, outcome.stderr
    assert "Running      nothing" in outcome.stdout
    assert f"Published    {again.version}" in outcome.stdout
    assert "facts up to 2025-12-31" in outcome.stdout
    assert f"Last run     {again.version} published" in outcome.stdout
    state = json.loads(again.call("status", "--json").stdout)
    assert state["current"] == again.version
    assert state["kept_versions"] == kept(again)
    assert state["running"] is None


def test_a_monitor_hears_by_exit_code_that_what_is_published_is_old(again, fresh):
    assert again.call("status", "--max-age-hours", "100").returncode == 0
    assert again.call("status", "--max-age-hours", "0").returncode == 1
    nothing = fresh.call("status", "--max-age-hours", "100")
    assert nothing.returncode == 1
    assert "Published    nothing yet" in nothing.stdout
    assert not fresh.warehouse.exists()


def test_status_names_the_run_at_work(again):
    settings = make_settings(environ=again.environment)
    with lock.only_run(settings):
        assert f"process {os.getpid()}" in again.call("status").stdout
    assert "Running      nothing" in again.call("status").stdout


def test_history_lists_runs_with_their_steps_newest_first(again):
    outcome = again.call("history", "--last", "1")
    assert outcome.returncode == 0
    assert outcome.stdout.startswith(again.version)
    assert outcome.stdout.count("UTC") == 1
    for step in ("preflight", "audit raw", "build", "audit marts", "report", "publish"):
        assert f"  {step:<12} ok" in outcome.stdout
    runs = json.loads(again.call("history", "--json").stdout)
    assert [run["run_id"] for run in runs] == kept(again)[::-1]
    assert [step["step"] for step in runs[0]["steps"]][-1] == "publish"


# -- what a run leaves about itself ----------------------------------------------------------------


def test_seconds_and_rows_of_each_model_are_published_slowest_first(twice):
    first, second = kept(twice)
    models = twice.published(
        "select run_id, count(*), sum(tests_count) from operations.pipeline_models group by 1 order by 1"
    )
    assert [run_id for run_id, _, _ in models] == [first, second]
    assert models[0][1:] == models[1][1:]
    assert models[0][2] > 20
    rows = dict(
        twice.published(
            f"select model, rows from operations.pipeline_models where run_id = '{second}'"
        )
    )
    assert (
        rows["int_revenue_by_month"]
        == twice.published("select count(*) from marts.fct_revenue_by_month")[0][0]
    )
    slowest = twice.published(
        "select model, seconds + tests_seconds, seconds_share, usual_seconds, builds_count"
        " from operations.rpt_slowest_models"
    )
    assert {row[0] for row in slowest} == set(rows)
    assert [row[1] for row in slowest] == sorted((row[1] for row in slowest), reverse=True)
    assert sum(row[2] for row in slowest) == pytest.approx(1, abs=1e-4)
    assert {row[4] for row in slowest} == {1}
    assert all(row[3] > 0 for row in slowest)


def test_freshness_of_each_raw_table_is_published_for_each_run(twice):
    assert twice.published(
        "select run_id, source_system, raw_table, cast(latest_at as varchar), is_fresh"
        " from operations.source_freshness order by run_id"
    ) == [
        (run_id, "generic", "revenue_lines", "2025-12-24 10:00:00", None) for run_id in kept(twice)
    ]


# -- rollback --------------------------------------------------------------------------------------


def test_a_rollback_gives_readers_the_version_before_and_is_recorded(again):
    first, second = kept(again)
    contents = digest(again.warehouse / "versions" / first)
    total = again.net_amount()
    outcome = again.call("rollback")
    assert outcome.returncode == 0, outcome.stderr
    assert again.version == first
    assert digest(again.warehouse / "current") == contents
    assert again.net_amount() < total
    assert kept(again) == [first, second]
    assert again.history(
        "select status, version, message from pipeline_runs order by run_id desc limit 1"
    ) == [("rolled back", first, f"current was switched from {second} to {first}")]


def test_the_next_run_does_not_publish_again_what_was_rolled_back(again):
    first, second = kept(again)
    again.call("rollback")
    held = again.run()
    assert held.returncode == 0, held.stderr
    assert f"those of version {second}, which was rolled back" in held.stdout
    assert "HELD after a rollback" in held.stdout
    assert again.version == first
    assert again.history(
        "select status, version from pipeline_runs order by run_id desc limit 1"
    ) == [("held", first)]
    assert "which was rolled back: a run would build nothing" in again.run("--dry-run").stdout
    forward = again.call("rollback", second)
    assert forward.returncode == 0
    assert again.version == second
    assert f"those of version {second}: nothing to do" in again.run().stdout


def test_there_is_no_rollback_where_no_earlier_version_is_kept(again, fresh):
    first, second = kept(again)
    before = digest(again.warehouse / "current")
    shutil.rmtree(again.warehouse / "versions" / first)
    for arguments, words in (
        ((), "There is no other version"),
        (("20200101T000000Z-abcdef",), "There is no other version"),
    ):
        outcome = again.call("rollback", *arguments)
        assert outcome.returncode == 2
        assert words in outcome.stderr
        assert second in outcome.stderr
    assert digest(again.warehouse / "current") == before
    nothing = fresh.call("rollback")
    assert nothing.returncode == 2
    assert "Nothing has been published yet" in nothing.stderr


def test_a_version_that_is_unknown_current_or_broken_is_refused(again):
    first, second = kept(again)
    before = digest(again.warehouse / "current")
    (again.warehouse / "versions" / first / "revenue.duckdb").write_bytes(b"cut")
    for version, words in (
        ("typo", "There is no version typo"),
        (second, "is already the current version"),
        (first, "cannot be read"),
    ):
        outcome = again.call("rollback", version)
        assert outcome.returncode == 2
        assert words in outcome.stderr
    assert digest(again.warehouse / "current") == before


def test_a_rollback_while_a_run_is_at_work_is_refused(again):
    second = again.version
    with lock.only_run(make_settings(environ=again.environment)):
        outcome = again.call("rollback")
    assert outcome.returncode == 3
    assert again.version == second


# -- dry run ---------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_built_and_writes_nothing(fresh):
    target = digest(fresh.project / "target") if (fresh.project / "target").exists() else {}
    outcome = fresh.run("--dry-run")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "reads generic.revenue_lines" in outcome.stdout
    assert "1 raw table of" in outcome.stdout
    assert "publish 2 marts: dim_dates, fct_revenue_by_month" in outcome.stdout
    assert not fresh.warehouse.exists()
    assert not (fresh.root / "logs").exists()
    assert (digest(fresh.project / "target") if target else {}) == target


def test_a_dry_run_over_what_is_published_says_that_nothing_would_be_built(again):
    before = digest(again.warehouse)
    outcome = again.run("--dry-run")
    assert outcome.returncode == 0
    assert f"those of version {again.version}: a run would build nothing" in outcome.stdout
    assert digest(again.warehouse) == before


def test_a_dry_run_stops_at_what_a_run_would_stop_at(fresh):
    (fresh.raw / "generic" / "revenue_lines.csv").write_text("")
    outcome = fresh.run("--dry-run")
    assert outcome.returncode == 2
    assert "revenue_lines.csv is empty" in outcome.stderr
    assert not fresh.warehouse.exists()


# -- doctor ----------------------------------------------------------------------------------------


def test_doctor_finds_nothing_where_a_run_can_start(again):
    outcome = again.call("doctor", "--raw-location", again.raw, "--as-of", "2025-12-31")
    assert outcome.returncode == 0, outcome.stdout
    assert "A run can start." in outcome.stdout
    assert "PROBLEM" not in outcome.stdout


@pytest.mark.parametrize(
    ("damage", "environment", "what", "words"),
    [
        ("rm {raw}/generic/revenue_lines.csv", {}, "inputs", "contains no raw table"),
        ("rm -r {warehouse}/versions", {}, "warehouse", "which does not exist"),
        ("echo cut > {warehouse}/history.duckdb", {}, "history", "cannot be opened"),
        ("echo cut > {warehouse}/build.duckdb", {}, "locks", "Delete it, then start again"),
        ("true", {"MIN_FREE_GB": "1000000"}, "disk", "Free space, set WAREHOUSE_DIR"),
        ("true", {"DBT_PROFILES_DIR": "/nowhere"}, "profiles", "Unset DBT_PROFILES_DIR"),
        ("true", {"PIPELINE_WEBHOOK_URL": "file:///x"}, "notification", "not an http or https URL"),
    ],
)
def test_doctor_says_what_is_wrong_and_what_to_do(
    again, damage, environment, what, words, tmp_path
):
    shutil.copytree(again.raw, tmp_path / "raw", dirs_exist_ok=True)
    again.raw = tmp_path / "raw"
    command = damage.format(raw=again.raw, warehouse=again.warehouse)
    subprocess.run(["sh", "-c", command], check=True)
    outcome = again.call("doctor", "--raw-location", again.raw, "--replace-source", **environment)
    assert outcome.returncode == 2, outcome.stdout
    found = outcome.stdout.split(f"PROBLEM  {what}")[1]
    assert words in found
    assert "1 problem to fix before a run." in outcome.stdout


def test_files_that_no_run_reads_are_named(again, tmp_path):
    """A table that lies in the wrong place, or as a spreadsheet, is not ignored in silence."""
    shutil.copytree(again.raw, tmp_path / "raw", dirs_exist_ok=True)
    again.raw = tmp_path / "raw"
    for name in ("accounts.csv", "generic/people.xlsx", "generic/.DS_Store", "notes.txt"):
        (again.raw / name).write_text("x")
    outcome = again.call(
        "doctor", "--raw-location", again.raw, "--as-of", "2025-12-31", "--replace-source"
    )
    assert outcome.returncode == 0, outcome.stdout
    assert outcome.stdout.count("is not read: tables are <vendor>/<table>.csv") == 2
    assert f"{again.raw / 'accounts.csv'} is not read" in outcome.stdout
    assert f"{again.raw / 'generic' / 'people.xlsx'} is not read" in outcome.stdout


def test_doctor_compares_the_packages_with_the_lock(again, tmp_path):
    assert dict(locked_versions(ROOT / "requirements.lock"))["duckdb"].startswith("1.5.")
    project = tmp_path / "project"
    shutil.copytree(again.project, project, ignore=shutil.ignore_patterns("target"))
    text = (project / "requirements.lock").read_text()
    (project / "requirements.lock").write_text(text.replace("duckdb==1.5.", "duckdb==1.4."))
    other = Pipeline(project, tmp_path)
    other.raw = again.raw
    outcome = other.call("doctor", "--raw-location", other.raw)
    assert outcome.returncode == 2
    assert "(locked: 1.4." in outcome.stdout


def test_doctor_wants_spark_where_it_is_the_target(again, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(again.project, project, ignore=shutil.ignore_patterns("target"))
    text = (ROOT / "requirements-spark.lock").read_text()
    (project / "requirements-spark.lock").write_text(text.replace("\npyspark==4.", "\npyspark==3."))
    other = Pipeline(project, tmp_path)
    other.raw = again.raw
    outcome = other.call("doctor", "--raw-location", other.raw, "--target", "spark")
    assert outcome.returncode == 2
    found = outcome.stdout.split("PROBLEM  packages")[1]
    assert "(locked: 3." in found
    assert "pip install --require-hashes --no-deps -r requirements-spark.lock" in found


@pytest.mark.parametrize(
    ("there", "java", "words"),
    [
        ([], "/bin/java", "needs dbt.adapters.spark and pyspark"),
        (["pyspark"], None, "needs dbt.ad"),
    ],
)
def test_a_run_on_spark_stops_first_where_spark_is_not_installed(monkeypatch, there, java, words):
    monkeypatch.setattr(spark_session, "find_spec", lambda name: name if name in there else None)
    monkeypatch.setattr(spark_session.shutil, "which", lambda _: java)
    with pytest.raises(InputError, match=words) as caught:
        spark_session.check_installed(make_settings(environ={}))
    assert "requirements-spark.lock" in caught.value.advice


def test_a_run_on_spark_stops_first_where_java_is_not_installed(monkeypatch):
    monkeypatch.setattr(spark_session, "find_spec", lambda name: name)
    monkeypatch.setattr(spark_session.shutil, "which", lambda _: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(InputError, match="needs Java"):
        spark_session.check_installed(make_settings(environ={}))


# -- without the packages ---------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_a_python_without_the_packages_is_told_how_to_install_them(verb):
    """Exit code 1, which Python gives by itself, would say that the data are bad."""
    script = str(ROOT / "scripts" / "run_pipeline.py")
    bare = [sys.executable, "-S", script, verb]
    outcome = subprocess.run(bare, capture_output=True, text=True, check=False)
    assert outcome.returncode == 2
    assert "Traceback" not in outcome.stderr
    assert "has no package click" in outcome.stderr
    assert "Run `make build` in" in outcome.stderr
    assert ".venv/bin/python" in outcome.stderr


# -- selected marts, and days that are read again ---------------------------------------------------


def test_selected_marts_are_built_and_audited_and_nothing_is_published(again):
    before = digest(again.warehouse / "current")
    sales = again.root / "sales"
    write_csv(sales / "generic" / "revenue_lines.csv", small_project.SALES[:9])
    again.raw = sales
    outcome = again.run("--select", "fct_revenue_by_month")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "BUILT and audited: nothing is published, because --select" in outcome.stdout
    assert f"is still version {again.version}" in outcome.stdout
    assert "publish       started" not in outcome.stdout
    assert digest(again.warehouse / "current") == before
    built = again.history(
        "select model from pipeline_models where run_id = (select max(run_id) from pipeline_runs)"
    )
    assert ("fct_revenue_by_month",) in built
    assert ("dim_dates",) not in built
    audited = again.history(
        "select distinct table_name from data_quality_results where border = 'marts'"
        " and run_id = (select max(run_id) from pipeline_runs) and table_name like 'marts.%'"
    )
    assert audited == [("marts.fct_revenue_by_month",)]
    whole = again.run("--replace-source")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert again.net_amount() == sum(float(line["amount"]) for line in small_project.SALES[:9])
    assert ("dim_dates",) in again.published("select table_name from duckdb_tables()")


def test_a_selection_is_shown_by_a_dry_run_and_must_name_marts(again):
    shown = again.run("--dry-run", "--select", "fct_revenue_by_month")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "audit 1 marts: fct_revenue_by_month, and publish nothing" in shown.stdout
    wrong = again.run("--select", "fct_revenue_by_mont")
    assert wrong.returncode == 2
    assert "--select fct_revenue_by_mont: there is no mart fct_revenue_by_mont." in wrong.stderr
    assert "Did you mean fct_revenue_by_month?" in wrong.stderr


def test_days_of_a_backfill_are_dates_in_order_and_make_a_run_build(tmp_path):
    given = {"raw_location": str(tmp_path), "environ": {"WAREHOUSE_DIR": str(tmp_path)}}
    asked = make_settings(reload_from="2025-08-01", reload_until="2025-08-31", **given)
    assert asked.reload_days == ("2025-08-01", "2025-08-31")
    assert asked.is_always_built
    assert not make_settings(**given).is_always_built
    assert make_settings(reload_from="2025-08-01", **given).reload_days[1] == "9999-12-31"
    for wrong, words in (
        ({"reload_from": "August"}, "--from August is not a date"),
        ({"reload_from": "2025-08-31", "reload_until": "2025-08-01"}, "is after --until"),
        ({"reload_from": "2025-08-01", "full_refresh": True}, "--full-refresh reads"),
    ):
        with pytest.raises(InputError, match=words):
            make_settings(**wrong, **given)


# -- what an update of the project changes ------------------------------------------------------------


@pytest.mark.nightly
def test_a_run_after_an_update_of_the_project_builds_everything_anew_and_the_next_does_not(
    again, tmp_path
):
    """Rows that other SQL has left in an incremental model would stand beside today's."""
    project = tmp_path / "updated"
    shutil.copytree(again.project, project, ignore=shutil.ignore_patterns("target"))
    again.project = project
    said = "no complete build of this source by the project's current SQL"
    anew = "select is_full_refresh from pipeline_runs order by run_id desc limit 1"

    unchanged = again.run("--force")
    assert unchanged.returncode == 0, unchanged.stdout + unchanged.stderr
    assert said not in unchanged.stdout
    assert again.history(anew) == [(False,)]

    macro = project / "macros" / "rate.sql"
    macro.write_text(macro.read_text() + "{# another wording #}\n")
    interrupted = again.run(DBT_PROFILES_DIR=str(tmp_path / "nowhere"))
    assert interrupted.returncode != 0
    updated = again.run()
    assert updated.returncode == 0, updated.stdout + updated.stderr
    assert said in updated.stdout
    assert again.history(anew) == [(True,)]

    after = again.run("--force")
    assert after.returncode == 0, after.stdout + after.stderr
    assert said not in after.stdout
    assert again.history(anew) == [(False,)]


@pytest.mark.nightly
def test_another_day_is_counted_to_without_reading_the_project_anew(fresh):
    """Each night has its day: were that a var, dbt would read each night all files of the project anew."""
    log = Path(fresh.environment["DBT_LOG_PATH"]) / "dbt.log"
    assert fresh.run().returncode == 0
    first_words = log.read_text()
    assert "Unable to do partial parsing" in first_words
    outcome = fresh.run("--as-of", "2025-06-30")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "Unable to do partial parsing" not in log.read_text().removeprefix(first_words)
    with duckdb.connect(str(fresh.warehouse / "build.duckdb"), read_only=True) as connection:
        days = connection.execute("select cast(as_of_date as text) from canonical.as_of")
        assert days.fetchall() == [("2025-06-30",)]
    months = "select cast(max(period_month) as text) from marts.fct_revenue_by_month"
    assert fresh.published(months) == [("2025-06-01",)]


# -- memory ----------------------------------------------------------------------------------------


def test_audits_keep_to_the_memory_and_threads_that_the_build_is_given(tmp_path):
    """A machine that is shared would kill the run after its build, however little that takes."""
    limits = {"DUCKDB_MEMORY_LIMIT": "1GiB", "DUCKDB_THREADS": "1"}
    settings = make_settings(environ={"WAREHOUSE_DIR": str(tmp_path), **limits})
    with duckdb.connect() as connection:
        for statement in setup_statements(settings, ()):
            connection.execute(statement)
        given = connection.execute(
            "select current_setting('memory_limit'), current_setting('threads'),"
            " current_setting('temp_directory')"
        ).fetchone()
    assert given == ("1.0 GiB", 1, str(tmp_path / ".spill"))


# -- the clock, and a run's number -----------------------------------------------------------------


def test_a_run_is_numbered_after_the_last_even_where_the_clock_went_back():
    now = started_at_of("20251231T030000Z-abcdef")
    later = "20380101T000000Z-ffffff"
    assert new_run_id(now, "20251230T030000Z-ffffff").startswith("20251231T030000Z")
    assert new_run_id(now, later) > later


def test_a_clock_in_the_past_stops_a_run_whose_day_it_gives(tmp_path):
    environment = {"WAREHOUSE_DIR": str(tmp_path)}
    unsaid = make_settings(raw_location=str(tmp_path), environ=environment)
    said = make_settings(raw_location=str(tmp_path), as_of="2025-12-31", environ=environment)
    ahead = ("20380101T000000Z-ffffff", started_at_of("20380101T000000Z-ffffff"))
    with pytest.raises(InputError, match=r"The clock says .* began at 2038-01-01"):
        check_clock(unsaid, ahead)
    check_clock(said, ahead)
    check_clock(unsaid, (unsaid.run_id, unsaid.started_at))
    check_clock(unsaid, None)


# -- what is said, and to whom ---------------------------------------------------------------------


def test_doctor_during_a_run_says_when_another_can_start(again):
    with lock.only_run(make_settings(environ=again.environment)):
        outcome = again.call("doctor", "--raw-location", again.raw)
    assert outcome.returncode == 0, outcome.stdout
    assert "a run is active: process" in outcome.stdout
    assert outcome.stdout.endswith("A run is active: another can start when it has ended.\n")


def test_json_lines_bear_the_run_the_step_and_the_verdict(again):
    outcome = again.run("--log-format", "json")
    lines = [line for line in json_lines(outcome.stdout) if line["event"] != "warning"]
    assert {line["run_id"] for line in lines} == {lines[0]["run_id"]}
    assert [line["event"] for line in lines][:2] == ["step started", "step ended"]
    assert lines[1]["seconds"] >= 0
    assert lines[-1]["event"] == "unchanged"
    assert lines[-1]["version"] == again.version
    nowhere = ("run", "--raw-location", again.root / "nowhere", "--replace-source")
    failed = again.call(*nowhere, PIPELINE_LOG="json")
    last = json_lines(failed.stdout)[-1]
    assert (last["event"], last["exit_code"], last["step"]) == ("failed", 2, "preflight")
    assert "nowhere does not exist" in last["message"]
    assert failed.stderr == ""
    assert again.call("run", PIPELINE_LOG="xml").returncode == 2
    unknown = again.call("run", "--colour", PIPELINE_LOG="json")
    assert (unknown.returncode, unknown.stderr) == (2, "")
    assert "--colour" in json_lines(unknown.stdout)[-1]["message"]


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_examples_and_exit_codes(fresh, verb):
    outcome = fresh.call(verb, "--help")
    assert outcome.returncode == 0
    assert f"run_pipeline.py {verb}" in outcome.stdout.split("examples:")[1]
    assert "exit codes:" in outcome.stdout
    assert "PIPELINE_WEBHOOK_URL" in outcome.stdout


def test_the_bare_command_prints_the_help_and_version_the_version(fresh):
    shutil.copy(ROOT / "pyproject.toml", fresh.project)
    bare, version = fresh.call(), fresh.call("--version")
    assert (bare.returncode, version.returncode) == (0, 0)
    assert all(verb in bare.stdout for verb in VERBS)
    assert "exit codes:" in bare.stdout
    assert re.fullmatch(r"revenue-funnel \d+\.\d+\.\d+\n", version.stdout)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("crm_sources: salesforce", "crm_sources: salesforce is not a list"),
        ("session_splits_on_campaign: maybe", "session_splits_on_campaign: maybe is not true or"),
    ],
)
def test_a_var_of_the_wrong_kind_is_named_before_anything_is_read(fresh, line, said):
    path = fresh.root / "vars.yml"
    path.write_text(line)
    outcome = fresh.call("run", "--raw-location", fresh.raw, "--vars", path, "--dry-run")
    assert outcome.returncode == 2
    assert f"--vars {path}: {said}" in outcome.stderr


def test_a_misspelled_selection_is_no_failed_run(again):
    assert again.run("--select", "fct_revenue_by_mont").returncode == 2
    assert f"Last run     {again.version} published" in again.call("status").stdout


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("line_id", "extra"), "1 column is not read: extra"),
        (("a", "b"), "2 columns are not read: a, b"),
        (
            ("line_id",),
            "column amount is missing; rename it in the export; its columns are line_id",
        ),
    ],
)
def test_columns_that_are_missing_or_unknown_are_said_so(columns, said):
    declared = declarations(ROOT)["generic", "revenue_lines"]
    database = duckdb.connect()
    database.execute("create schema raw_generic")
    names = ", ".join(f"{name} varchar" for name in columns)
    database.execute(f"create table raw_generic.revenue_lines ({names})")
    facts = RawFacts(
        database, make_settings(environ={}), "2025-12-31", {"set_aside_max_share": 0.1}
    )
    facts.add(RawTable(declared, columns=dict.fromkeys(columns, "VARCHAR")))
    found = database.execute(
        "select finding || '; ' || advice from audit.raw_checks where failed_count > 0"
    ).fetchall()
    assert any(text.startswith(said) for (text,) in found)


def test_versions_of_runs_that_died_before_they_were_put_in_place_are_removed(again):
    settings = make_settings(environ=again.environment)
    first, second = kept(again)
    assert versions.discard(settings, [first, second, "20200101T000000Z-abcdef"]) == [first]
    assert kept(again) == [second]


# -- what to do about a test that failed -------------------------------------------------------------


@pytest.mark.parametrize(
    ("meta", "said"),
    [({}, "dbt show --select no_two_alike"), ({"advice": "Add the status."}, "Add the status")],
)
def test_a_failed_dbt_test_tells_what_to_do(meta, said):
    config = SimpleNamespace(meta=meta)
    node = SimpleNamespace(resource_type="test", name="no_two_alike", config=config)
    failed = SimpleNamespace(node=node, status="fail", message="Got 1 result, configured to fail")
    settings = SimpleNamespace(target="spark")
    with pytest.raises(DataError, match="no_two_alike: Got 1 result") as caught:
        raise_failures(settings, [failed])
    assert said in caught.value.advice


# -- what the engine cannot compute ------------------------------------------------------------------

OVERFLOW = """
with amounts as (select * from opportunities)
select opportunity_id, amount, amount * margin as margin_amount from amounts
"""


def test_an_engine_error_names_model_column_and_row_and_does_not_blame_the_data(tmp_path):
    settings = SimpleNamespace(target="duckdb", build_database=tmp_path / "build.duckdb")
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute(
            """
            create table opportunities as
            select
                'o' || i as opportunity_id,
                cast(case when i = 637 then 1250000 else i end as decimal(18, 2)) as amount,
                cast(0.8 as decimal(12, 10)) as margin
            from range(1000) as numbers (i)
            """
        )
        with pytest.raises(duckdb.OutOfRangeException) as overflow:
            connection.execute(f"create table int_margins as {OVERFLOW}")
    node = SimpleNamespace(
        resource_type="model",
        language="sql",
        name="int_margins",
        unique_id="model.x.int_margins",
        compiled_code=OVERFLOW,
        original_file_path="models/int_margins.sql",
    )
    failed = SimpleNamespace(node=node, status="error", message=str(overflow.value))
    with pytest.raises(InternalError) as caught:
        raise_failures(settings, [failed])
    assert caught.value.exit_code == 4
    assert caught.value.message.startswith(
        "model int_margins, column margin_amount, opportunity_id = o637: "
    )
    assert "Overflow in multiplication of DECIMAL(18)" in caught.value.message
    assert "models/int_margins.sql" in caught.value.advice

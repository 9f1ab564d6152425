"""
Fault drills: whatever goes wrong, readers keep what they had, byte for byte; the message says what
happened; and the next clean run succeeds without anything being mended by hand.

Each drill works on a copy of one published warehouse. A run is struck at a named point (helpers/strike.py), never
after a number of seconds.
"""

import json
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import small_project
from small_project import SALES, Pipeline, digest, kill, wait_for
from support import write_csv

pytestmark = pytest.mark.nightly

# Points of the step publish before `current` is switched, and after it.
BEFORE_THE_SWITCH = (
    "before pipeline.publishing.publish.write_version",
    "before pipeline.publishing.publish.copy_mart",
    "before pipeline.publishing.publish.copy_history",
    "before pipeline.publishing.publish.describe",
    "before pipeline.publishing.publish.sync_tree",
    "before pipeline.publishing.publish.switch",
    "before os.replace",  # the new link is there, under another name
)
AFTER_THE_SWITCH = (
    "after os.replace",
    "before pipeline.records.history.finish_run",
    "before pipeline.core.versions.remove_old",
)
# Publishes, once or several times, what the build database holds: the step alone, by its own code.
PUBLISH = """
import sys
import duckdb
import strike
from pipeline.core import versions
from pipeline.records import history
from pipeline.publishing.publish import publish
from pipeline.core.settings import make_settings
from pipeline.verbs.run import numbered_after_the_last

for number in range(int(sys.argv[1])):
    settings = numbered_after_the_last(make_settings(project_dir=__import__("pathlib").Path.cwd()))
    if int(sys.argv[1]) > 1:
        with duckdb.connect(str(settings.build_database)) as connection:
            path = settings.mart_files_dir / "fct_revenue_by_month.parquet"
            connection.execute(
                f"copy (select * replace (cast({number} as decimal(18, 2)) as net_amount)"
                f" from marts.fct_revenue_by_month) to '{path}' (use_tmp_file true)"
            )
            # The warehouse is a copy, in which views still show the files of the first.
            connection.execute(
                f"create or replace view marts.fct_revenue_by_month as from read_parquet('{path}')"
            )
    left = history.start_run(settings)
    versions.discard(settings, left)
    print("publishing", flush=True)
    publish(settings, f"2000-01-{number + 1:02d}")
    history.finish_run(settings, "published")
    versions.remove_old(settings)
"""
# Asks for the version and a figure, in one query, over and over; prints what does not belong together.
READ = """
import sys, time
import duckdb

QUERY = '''
    select
        (select date_diff('day', date '2000-01-01', arg_max(as_of_date, run_id))
            from operations.pipeline_runs where status = 'published') as version,
        min(net_amount), max(net_amount)
    from marts.fct_revenue_by_month
'''
seen, queries, is_last = set(), 0, False
while not is_last:
    is_last = __import__("pathlib").Path(sys.argv[2]).exists()
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        for _ in range(3):
            version, low, high = connection.execute(QUERY).fetchone()
            assert version == low == high, (version, low, high)
            seen.add(version)
            queries += 1
    if queries == 3:
        print("reading", flush=True)
print(len(seen), queries)
"""


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A project, raw data and one published version; copied by every drill."""
    root = tmp_path_factory.mktemp("good")
    pipeline = Pipeline(small_project.make(root / "project"), root)
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", SALES)
    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return pipeline


@pytest.fixture
def drill(good, tmp_path):
    """The published warehouse and the raw data, to be broken; what readers see must stay as `before` is."""
    shutil.copytree(good.warehouse, tmp_path / "warehouse", symlinks=True)
    pipeline = Pipeline(good.project, tmp_path)
    # The very files: a copy would be other raw data, and be built.
    pipeline.raw = good.raw
    pipeline.before = digest(pipeline.warehouse / "current")
    return pipeline


def own_raw(pipeline: Pipeline) -> Path:
    """A copy of the raw data, to be damaged: another source."""
    pipeline.raw = shutil.copytree(pipeline.raw, pipeline.root / "raw")
    return pipeline.raw


def assert_untouched(pipeline: Pipeline) -> None:
    assert digest(pipeline.warehouse / "current") == pipeline.before


def assert_clean_run_publishes(pipeline: Pipeline) -> str:
    """The next run, without anything mended, publishes the right figure and leaves nothing behind."""
    total = sum(float(line["amount"]) for line in SALES)
    outcome = pipeline.run("--force")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert pipeline.net_amount() == pytest.approx(total)
    assert digest(pipeline.warehouse / "current") != pipeline.before
    left = [*pipeline.warehouse.glob(".*"), *(pipeline.warehouse / "versions").glob(".*")]
    assert left == []
    assert pipeline.history("select count(*) from pipeline_runs where status = 'running'") == [(0,)]
    return outcome.stdout


def assert_clean_run_goes_on(pipeline: Pipeline) -> None:
    """The same where a run was stopped before it built: the next one finds what is published to be right."""
    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "nothing to do" in outcome.stdout
    assert_untouched(pipeline)
    assert pipeline.history("select count(*) from pipeline_runs where status = 'running'") == [(0,)]


def publisher(
    pipeline: Pipeline, times: int = 1, strike: str = "", **options
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PUBLISH, str(times)],
        env={**pipeline.environment, **({"STRIKE": strike} if strike else {})},
        cwd=pipeline.project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **options,
    )


# -- a process that dies ---------------------------------------------------------------------------


def test_kill_9_in_build_and_audit_leaves_readers_what_they_had(drill):
    for point in ('"dbt build" 5', '"dbt build" 30', '"audit marts" 1'):
        process = drill.start("--force", strike=f"SIGKILL progress {point}")
        said = process.communicate()[0]
        assert process.returncode == -signal.SIGKILL, said
        (spilled := drill.warehouse / ".spill").mkdir(exist_ok=True)
        (spilled / "duckdb_temp_storage-0.tmp").write_bytes(b"of an audit")
        assert_untouched(drill)
        assert "interrupted" in drill.call("status").stdout
    said = assert_clean_run_publishes(drill)
    assert not spilled.exists()
    assert f"took over the lock of process {process.pid}, which has died" in said
    assert "had ended without a result" in said
    outcomes = dict(drill.history("select status, count(*) from pipeline_runs group by status"))
    assert outcomes == {"interrupted": 3, "published": 2}


def test_kill_9_while_publishing_leaves_the_old_version_or_the_new_whole(drill):
    first = publisher(drill)
    said = first.communicate()[0]
    assert first.returncode == 0, said
    drill.before = digest(drill.warehouse / "current")
    files = set(drill.before)
    total = sum(float(line["amount"]) for line in SALES)
    for point in BEFORE_THE_SWITCH + AFTER_THE_SWITCH:
        process = publisher(drill, strike=f"SIGKILL {point}")
        said = process.communicate()[0]
        assert process.returncode == -signal.SIGKILL, f"{point}: {said}"
        now = digest(drill.warehouse / "current")
        assert (now == drill.before) == (point in BEFORE_THE_SWITCH), point
        assert set(now) == files
        assert drill.net_amount() == pytest.approx(total)
        drill.before = now
    published = drill.history("select run_id from pipeline_runs where status = 'published'")
    done = publisher(drill)
    said = done.communicate()[0]
    assert done.returncode == 0, said
    kept = {path.name for path in (drill.warehouse / "versions").iterdir()}
    known = {
        row[0]
        for row in drill.history("select run_id from pipeline_runs where status = 'published'")
    }
    assert kept <= known
    assert len(known) > len(published)
    assert not list(drill.warehouse.glob(".current-*"))
    drill.before = digest(drill.warehouse / "current")
    assert_clean_run_publishes(drill)


# dbt catches the signal while it builds.
@pytest.mark.parametrize("point", ['"audit raw" 0', '"dbt build" 5'])
def test_a_run_told_to_stop_says_so_and_gives_the_lock_back(drill, point):
    process = drill.start("--force", strike=f"SIGTERM progress {point}")
    said = process.communicate()[0]
    assert process.returncode == 4, said
    assert "The run was stopped from outside" in said
    assert_untouched(drill)
    again = drill.run()
    assert again.returncode == 0
    assert "nothing to do" in again.stdout
    assert "took over" not in again.stdout


def test_two_runs_at_once_are_one(drill):
    first = drill.start("--force", strike='SIGSTOP progress "audit raw" 0')
    wait_for(first, "audit raw     started")
    second = drill.run()
    assert second.returncode == 3
    assert f"Another run is active in {drill.warehouse} (process {first.pid}" in second.stderr
    kill(first)
    assert_untouched(drill)
    assert_clean_run_goes_on(drill)


# -- a disk that is full or cannot be written to -----------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 40 MB that goes with the test."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(place: Path, leaving: int) -> Path:
    """Fills a file system up but for some bytes."""
    stand_in = place / "filler"
    free = shutil.disk_usage(place).free
    with stand_in.open("wb") as file:
        file.write(b"\0" * max(0, free - leaving))
    return stand_in


def test_a_disk_that_fills_up_during_the_build_stops_the_run(drill, small_disk):
    shutil.copytree(drill.warehouse, small_disk / "warehouse", symlinks=True)
    (small_disk / "warehouse" / "build.duckdb").unlink()
    full = Pipeline(drill.project, drill.root, WAREHOUSE_DIR=str(small_disk / "warehouse"))
    full.warehouse, full.raw = small_disk / "warehouse", drill.raw
    full.before = drill.before
    filler = fill(small_disk, leaving=1_500_000)
    outcome = full.run("--force", MIN_FREE_GB="0")
    assert outcome.returncode == 4, outcome.stdout + outcome.stderr
    assert "Free space on the disk" in outcome.stderr
    assert_untouched(full)
    refused = full.run("--force")
    assert refused.returncode == 2
    assert "0.0 GB are free" in refused.stderr
    filler.unlink()
    assert_clean_run_publishes(full)


def test_a_file_that_cannot_grow_while_publishing_leaves_no_half_version(drill):
    limit = 300_000
    process = publisher(
        drill, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    said = process.communicate()[0]
    assert process.returncode != 0
    assert "could not be written" in said or "File too large" in said, said
    assert_untouched(drill)
    assert [path.name for path in (drill.warehouse / "versions").iterdir()] == [drill.version]
    assert_clean_run_goes_on(drill)


def test_a_read_only_target_is_named_before_anything_is_read(drill):
    bound = subprocess.run(
        ["sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"', drill.warehouse],
        capture_output=True,
        check=False,
    )
    if bound.returncode:
        pytest.skip(f"no folder can be made read-only here: {bound.stderr.decode().strip()}")
    try:
        outcome = drill.run("--force")
        assert outcome.returncode == 2
        assert f"{drill.warehouse} cannot be written to" in outcome.stderr
        assert "set WAREHOUSE_DIR" in outcome.stderr
        assert_untouched(drill)
    finally:
        subprocess.run(["umount", "-l", drill.warehouse], check=True)
    assert_clean_run_goes_on(drill)


# -- data that is not as it should be ----------------------------------------------------------------


def cut_csv(raw: Path) -> None:
    with (raw / "generic" / "revenue_lines.csv").open("ab") as file:
        file.write(b'99,"c1,1.00')


def cut_parquet(raw: Path) -> None:
    path = raw / "generic" / "revenue_lines.parquet"
    source = raw / "generic" / "revenue_lines.csv"
    duckdb.connect().execute(f"copy (from '{source}') to '{path}'")
    source.unlink()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def renamed_column(raw: Path) -> None:
    path = raw / "generic" / "revenue_lines.csv"
    path.write_text(path.read_text().replace("revenue_at", "booked_at", 1))


def other_separator(raw: Path) -> None:
    path = raw / "generic" / "revenue_lines.csv"
    path.write_text(path.read_text().replace(",", ";"))


def other_dates(raw: Path) -> None:
    path = raw / "generic" / "revenue_lines.csv"
    path.write_text(re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3.\2.\1", path.read_text()))


def two_bytes_a_character(raw: Path) -> None:
    path = raw / "generic" / "revenue_lines.csv"
    path.write_text(path.read_text(), encoding="utf-16")


def empty_file(raw: Path) -> None:
    (raw / "generic" / "revenue_lines.csv").write_text("")


def nothing_delivered(raw: Path) -> None:
    (raw / "generic" / "revenue_lines.csv").unlink()


def a_week_late(raw: Path) -> None:
    terms = {"source_system": "generic", "raw_table": "revenue_lines", "sla_hours": "48"}
    severities = {
        "stale_severity": "error",
        "short_severity": "error",
        "last_day_severity": "error",
    }
    shares = {"most_lost_share": "0.05", "most_emptied_share": "0.1"}
    write_csv(raw / "rules" / "delivery_terms.csv", [{**terms, **severities, **shares}])


@pytest.mark.parametrize(
    ("damage", "exit_code", "words"),
    [
        (
            cut_csv,
            2,
            ("revenue_lines.csv cannot be read: row 61", "the file was cut off: deliver it again"),
        ),
        (cut_parquet, 2, ("revenue_lines.parquet cannot be read", "Deliver the file again")),
        (renamed_column, 1, ("column revenue_at is missing", "Correct the raw data")),
        (other_separator, 2, ("has semicolons between the values", "with commas between")),
        (
            two_bytes_a_character,
            2,
            ("revenue_lines.csv is UTF-16", "Save the file as CSV in UTF-8"),
        ),
        (other_dates, 1, ("59 of 59 rows cannot be used", "correct the export")),
        (empty_file, 2, ("is empty, without even a header line", "Deliver the file again")),
        (nothing_delivered, 2, ("contains no raw table", "<vendor>/<table>.csv")),
        (a_week_late, 1, ("its newest row is 182 hours old", "check export and loader")),
    ],
)
def test_a_bad_delivery_is_named_and_stops_the_run_before_the_build(
    drill, damage, exit_code, words
):
    delivered = drill.raw
    damage(own_raw(drill))
    outcome = drill.run("--replace-source")
    assert outcome.returncode == exit_code, outcome.stdout + outcome.stderr
    for word in words:
        assert word in outcome.stderr
    assert "build         started" not in outcome.stdout
    assert "The published marts are untouched" in outcome.stderr
    assert_untouched(drill)
    assert drill.history("select status from pipeline_runs order by run_id desc limit 1") == [
        ("failed",)
    ]
    drill.raw = delivered
    assert_clean_run_goes_on(drill)


def test_the_same_delivery_twice_changes_no_figure(drill):
    folder = own_raw(drill) / "generic" / "revenue_lines"
    folder.mkdir()
    (drill.raw / "generic" / "revenue_lines.csv").rename(folder / "monday.csv")
    shutil.copy(folder / "monday.csv", folder / "tuesday.csv")
    total, before = drill.net_amount(), drill.version
    outcome = drill.run("--replace-source")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert drill.version != before
    assert drill.net_amount() == total
    assert "line_id repeats in" in outcome.stdout
    assert "these rows are set aside" in outcome.stdout


def test_a_model_that_fails_is_named_and_stops_the_run(drill):
    delivered = drill.raw
    lines = [*SALES, {**SALES[0], "line_id": "999", "currency": "XTS"}]
    write_csv(own_raw(drill) / "generic" / "revenue_lines.csv", lines)
    outcome = drill.run("--replace-source")
    assert outcome.returncode == 1
    assert "No exchange rate for XTS to USD on" in outcome.stderr
    assert_untouched(drill)
    failed = drill.history(
        "select status, count(*) from pipeline_models where run_id ="
        " (select max(run_id) from pipeline_runs) and status <> 'success' group by status"
    )
    assert ("error", 1) in failed
    assert "untouched" in outcome.stderr
    log = Path(drill.environment["DBT_LOG_PATH"]) / "dbt.log"  # messages send the reader there
    assert "No exchange rate for XTS to USD on" in log.read_text()
    drill.raw = delivered
    assert_clean_run_publishes(drill)


def test_sql_that_the_engine_cannot_run_is_no_fault_of_the_data(drill, tmp_path):
    whole_project, project, delivered = drill.project, tmp_path / "project", drill.raw
    shutil.copytree(drill.project, project)
    macro = project / "macros" / "cents.sql"
    macro.write_text(macro.read_text().replace("decimal(19, 2)", "decimal(18, 2)"))
    lines = [*SALES, {**SALES[0], "line_id": "999", "customer_id": "big", "amount": "1e12"}]
    write_csv(own_raw(drill) / "generic" / "revenue_lines.csv", lines)
    drill.project = project
    outcome = drill.run("--replace-source", DBT_TARGET_PATH=str(project / "target"))
    assert outcome.returncode == 4, outcome.stdout + outcome.stderr
    assert "model fct_revenue_by_month, column gross_margin_amount, customer_id = big: " in (
        outcome.stderr
    )
    assert "Overflow in multiplication" in outcome.stderr
    assert_untouched(drill)
    drill.project, drill.raw = whole_project, delivered


def test_an_audit_that_fails_stops_the_run_before_readers_see_a_number(drill, tmp_path):
    whole_project, project = drill.project, tmp_path / "project"
    shutil.copytree(drill.project, project)
    model = next((project / "models").rglob("fct_revenue_by_month.sql"))
    model.write_text(model.read_text().rstrip() + "\nwhere false\n")
    drill.project = project
    outcome = drill.run(DBT_TARGET_PATH=str(project / "target"))
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "FAILED in step 'audit marts'" in outcome.stderr
    assert "marts.fct_revenue_by_month: has no rows" in outcome.stderr
    assert f"Compare the marts as built in {drill.warehouse / 'build.duckdb'}" in outcome.stderr
    assert_untouched(drill)
    drill.project = whole_project
    assert_clean_run_publishes(drill)


def test_a_clock_that_went_back_stops_a_run_of_today(drill):
    with duckdb.connect(str(drill.warehouse / "history.duckdb")) as connection:
        connection.execute(
            "insert into pipeline_runs by name select '20990101T000000Z-ffffff' as run_id,"
            " 'published' as status, 'duckdb' as engine, 'source' as raw_data,"
            " false as is_full_refresh, timestamp '2099-01-01' as started_at"
        )
    outcome = drill.call("run", "--raw-location", drill.raw)
    assert outcome.returncode == 2
    assert "began at 2099-01-01" in outcome.stderr
    assert "Set the clock of the machine" in outcome.stderr
    assert_untouched(drill)
    given = drill.run()
    assert given.returncode == 0
    assert "The run goes on, because its day is given" in given.stdout


def test_the_lock_file_of_a_dead_process_is_no_obstacle(drill):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (drill.warehouse / "run.lock").write_text(json.dumps({"pid": dead.pid, "run_id": "x"}))
    outcome = drill.run()
    assert outcome.returncode == 0
    assert f"took over the lock of process {dead.pid}, which has died" in outcome.stdout
    assert_untouched(drill)


# -- readers ---------------------------------------------------------------------------------------


def test_readers_see_one_version_in_each_query_while_twenty_are_published(drill, tmp_path):
    first = publisher(drill, times=2)
    assert first.wait() == 0, first.stdout.read()
    stop = tmp_path / "stop"
    current = str(drill.warehouse / "current" / "revenue.duckdb")
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, current, str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for reader in readers:
        wait_for(reader, "reading")
    publishing = publisher(drill, times=20)
    said = publishing.communicate()[0]
    stop.touch()
    outcomes = [reader.communicate() for reader in readers]
    assert publishing.returncode == 0, said
    for reader, (printed, errors) in zip(readers, outcomes, strict=True):
        assert reader.returncode == 0, errors
        versions_seen, queries = map(int, printed.split())
        assert versions_seen > 1  # the first version and the last at least
        assert queries > versions_seen

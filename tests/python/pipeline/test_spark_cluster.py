"""
A run on a real Spark cluster: everything it publishes is reached by the cluster's SQL alone, and whatever dies, readers
see one whole version.

One story on one cluster, told by the real command line, with a reader at work from the first publication to the last. The
tests are about what was seen.
"""

import subprocess
import threading
import time

import duckdb
import pytest
import small_project
from small_project import SALES, Pipeline, kill
from spark_cluster import Cluster
from support import write_csv

hive = pytest.importorskip("pyhive.hive")

pytestmark = [pytest.mark.spark, pytest.mark.cluster]

STAMP = "select version, marts_schema, is_whole from published_operations.published_version"
TOTALS = "select count(*), sum(net_amount), max(cast(period_month as string)) from {}.fct_revenue_by_month"


class Client:
    """A reader of its own, who knows nothing of dbt or the pipeline."""

    def __init__(self, port: int) -> None:
        self.connection = hive.connect(
            host="127.0.0.1", port=port, auth="NOSASL", username="reader"
        )

    def rows(self, query: str) -> list[tuple]:
        cursor = self.connection.cursor()
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else []


class Reader(threading.Thread):
    """Reads the views again and again: what it saw between two equal stamps, by version."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.ends = port, threading.Event()
        self.seen: dict[str, set[tuple]] = {}
        self.differing, self.reads = [], 0

    def run(self) -> None:
        while not self.ends.wait(0.3):
            try:
                client = Client(self.port)
                before = client.rows(STAMP)
                totals = client.rows(TOTALS.format("published_marts"))
                of_version = client.rows(TOTALS.format(before[0][1]))
                after = client.rows(STAMP)
            except Exception:  # the server is killed on purpose
                time.sleep(1)
                continue
            if before == after and before[0][2]:
                self.seen.setdefault(before[0][0], set()).update(totals)
                self.differing += [(before, totals, of_version)] if totals != of_version else []
                self.reads += 1


class Story:
    """The pipeline, its cluster, and what was said and seen in each chapter."""

    def __init__(self, root, cluster: Cluster) -> None:
        self.cluster = cluster
        project = small_project.without_tests(small_project.make(root / "project"))
        profiles = project / "profiles.yml"
        profiles.write_text(cluster.profiles(profiles.read_text()))
        self.pipeline = Pipeline(project, root)
        write_csv(self.pipeline.raw / "generic" / "revenue_lines.csv", SALES)
        (self.mart,) = project.rglob("fct_revenue_by_month.sql")
        self.codes, self.said, self.seen = {}, {}, {}

    def run(self, name: str, as_of: str) -> None:
        """A run to its end."""
        outcome = self.pipeline.run("--target", "spark", "--force", "--as-of", as_of)
        self.codes[name], self.said[name] = outcome.returncode, outcome.stdout + outcome.stderr
        self.look(name)

    def struck(self, name: str, as_of: str, strike: str, process: str = "") -> None:
        """A run that is killed at a point, or during which a process of the cluster is."""
        self.end(name, self.start(as_of, strike, process))

    def start(self, as_of: str, strike: str, process: str = "") -> subprocess.Popen[str]:
        """A run during which it or a process of the cluster is killed."""
        of_cluster = {"STRIKE_PROCESS": str(self.cluster.processes[process].pid)} if process else {}
        options = ("--target", "spark", "--force", "--as-of", as_of)
        return self.pipeline.start(*options, strike=strike, **of_cluster)

    def end(self, name: str, run: subprocess.Popen[str]) -> None:
        """Waits for the end of a run."""
        self.said[name], _ = run.communicate(timeout=900)
        kill(run)
        self.codes[name] = run.returncode

    def look(self, name: str) -> None:
        """The stamp and the totals that readers see, the version that is current here, and the schemas of versions."""
        client = Client(self.cluster.port)
        schemas = {row[0] for row in client.rows("show schemas")}
        self.seen[name] = {
            "stamp": client.rows(STAMP)[0],
            "totals": client.rows(TOTALS.format("published_marts"))[0],
            "version": self.pipeline.version,
            "versions": {row for row in schemas if row.startswith("marts_")},
        }


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Four publications and a rollback, between which a build, the pipeline, the driver and a worker die."""
    root = tmp_path_factory.mktemp("spark_cluster")
    with Cluster(root / "cluster") as cluster:
        told = Story(root, cluster)
        told.run("first", "2025-12-31")
        told.reader = Reader(cluster.port)
        told.reader.start()
        as_it_is = told.mart.read_text()
        told.mart.write_text(f"{as_it_is.rstrip()} where false")
        told.run("failed", "2025-12-31")
        told.mart.write_text(as_it_is)
        told.struck("killed in the build", "2025-06-30", 'SIGKILL progress "dbt build" 12')
        told.look("killed in the build")
        switching = "SIGKILL before pipeline.publishing.spark_readers.view_statement"
        told.struck("killed while switching", "2025-06-30", switching)
        told.look("killed while switching")
        told.status = told.pipeline.call("status").stdout
        at_work = 'SIGKILL progress "dbt build" 12'
        told.struck("driver died", "2025-09-30", at_work, process="thrift")
        cluster.start_thrift_server()
        leave_files(cluster, "marts", "dim_dates")
        told.run("after the driver", "2025-09-30")
        run = told.start("2025-12-31", at_work, process="worker1")
        small_project.wait_for(run, "build ")
        told.second = told.pipeline.run("--target", "spark", "--force")
        told.end("worker died", run)
        told.look("worker died")
        told.rollback = told.pipeline.call("rollback")
        told.look("rolled back")
        told.reader.ends.set()
        told.reader.join(60)
        told.tables = tables(Client(cluster.port))
        yield told


def leave_files(cluster: Cluster, schema: str, table: str) -> None:
    """What a driver that dies while it writes a table leaves: files of a table that is not in the catalogue."""
    Client(cluster.port).rows(f"drop table if exists {schema}.{table}")
    folder = cluster.folder / "warehouse" / f"{schema}.db" / table / "_temporary"
    folder.mkdir(parents=True)


def tables(client: Client) -> dict[str, list[tuple]]:
    """What is published on the cluster now, by the names of the views, as text."""
    found = {}
    for schema in ("published_marts", "published_operations"):
        for row in client.rows(f"show views in {schema}"):
            names = [column[0] for column in client.rows(f"describe {schema}.{row[1]}")]
            values = ", ".join(f"cast({name} as string)" for name in names)
            found[f"{schema}.{row[1]}"] = client.rows(f"select {values} from {schema}.{row[1]}")
    return found


def test_a_run_publishes_on_the_cluster_and_names_no_file_that_is_not_there(story):
    assert story.codes["first"] == 0, story.said["first"]
    version, _, is_whole = story.seen["first"]["stamp"]
    assert (version, is_whole) == (story.seen["first"]["version"], True)
    assert "Spark SQL       schemas published_marts" in story.said["first"]
    assert "<mart>.parquet" not in story.said["first"]


def test_every_row_of_the_marts_is_the_same_as_on_duckdb(story, tmp_path):
    """The version that was rolled back to, of 2025-09-30."""
    here = Pipeline(story.pipeline.project, tmp_path)
    write_csv(here.raw / "generic" / "revenue_lines.csv", SALES)
    outcome = here.run("--as-of", "2025-09-30")
    assert outcome.returncode == 0, outcome.stderr
    for mart in small_project.MARTS:
        with duckdb.connect(str(here.warehouse / "current" / "revenue.duckdb")) as connection:
            rows = connection.execute(f"select columns(*)::varchar from marts.{mart}").fetchall()
        assert sorted(map(repr, story.tables[f"published_marts.{mart}"])) == sorted(map(repr, rows))


def test_a_failed_audit_leaves_readers_their_version(story):
    assert story.codes["failed"] == 1
    assert "marts.fct_revenue_by_month: has no rows" in story.said["failed"]
    assert story.seen["failed"] == story.seen["first"]


def test_a_pipeline_killed_in_the_build_leaves_readers_their_version(story):
    assert story.codes["killed in the build"] == -9
    assert story.seen["killed in the build"] == story.seen["first"]


def test_a_kill_between_two_views_is_told_by_the_stamp_and_by_status(story):
    assert story.codes["killed while switching"] == -9, story.said["killed while switching"]
    version, _, is_whole = story.seen["killed while switching"]["stamp"]
    assert version == story.seen["killed while switching"]["version"]
    assert is_whole is False
    assert f"between versions {story.seen['first']['version']} and {version}" in story.status


def test_a_driver_that_dies_fails_the_run_with_advice_and_the_next_one_is_clean(story):
    assert story.codes["driver died"] != 0
    assert "FAILED in step 'build'" in story.said["driver died"]
    assert "What to do:" in story.said["driver died"]
    after = story.seen["after the driver"]
    assert story.codes["after the driver"] == 0, story.said["after the driver"]
    assert after["stamp"][0] == after["version"]
    assert after["stamp"][2] is True


def test_files_that_a_dead_driver_left_are_removed_with_the_whole_build(story):
    assert "has left files of it. The build starts again" in story.said["after the driver"]


def test_a_run_survives_a_worker(story):
    assert story.codes["worker died"] == 0, story.said["worker died"]
    assert story.seen["worker died"]["totals"] == story.seen["first"]["totals"]
    assert story.seen["worker died"]["version"] != story.seen["first"]["version"]


def test_only_one_run_works_on_a_warehouse(story):
    assert story.second.returncode == 3, story.second.stderr


def test_a_rollback_switches_the_views(story):
    assert story.rollback.returncode == 0, story.rollback.stderr
    back = story.seen["rolled back"]
    assert back["version"] == story.seen["after the driver"]["version"] == back["stamp"][0]
    assert back["totals"] == story.seen["after the driver"]["totals"]


def test_schemas_of_versions_that_are_not_kept_are_dropped(story):
    kept = {path.name for path in (story.pipeline.warehouse / "versions").iterdir()}
    names = {f"marts_{name.lower().replace('-', '_')}" for name in kept}
    assert story.seen["rolled back"]["versions"] == names
    assert len(names) == 3


def test_a_reader_never_saw_two_versions_as_one(story):
    """Whenever the stamp was whole, and the same before and after, all that was read was of that version."""
    assert story.reader.reads >= 10
    assert story.reader.differing == []
    assert {len(totals) for totals in story.reader.seen.values()} == {1}
    first = story.seen["first"]
    assert story.reader.seen[first["version"]] == {first["totals"]}
    for name in ("after the driver", "worker died"):
        seen = story.seen[name]
        assert story.reader.seen.get(seen["version"]) in (None, {seen["totals"]})


def test_the_history_of_runs_is_on_the_cluster_too(story):
    runs = {row[0] for row in story.tables["published_operations.pipeline_runs"]}
    assert story.seen["first"]["version"] in runs
    assert story.seen["rolled back"]["version"] in runs

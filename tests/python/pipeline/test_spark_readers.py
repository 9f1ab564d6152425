"""
What is published to those who read by Spark: views that follow the published version, whatever happens to a run.

One story, told by the real verbs in two processes (a Spark session takes long to start), with a look through Spark
after each chapter; the tests are about what was seen.
"""

import fcntl
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import small_project
import yaml
from small_project import SALES, Pipeline
from support import JAVA_OPTIONS, write_csv

pytestmark = [pytest.mark.spark, pytest.mark.nightly]

# A Python process with one Spark session; `run` is the command line, `look` reads all that Spark's readers have.
TELL = """
import dataclasses, json, shutil, sys
from pathlib import Path

import duckdb
import strike
from run_pipeline import main
from pipeline.core import versions
from pipeline.core.settings import make_settings
from pipeline.engines.catalogue import Catalogue
from pipeline.publishing import erasure, spark_readers
from pyspark.sql import SparkSession

raw, out, chapter = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
settings = make_settings(project_dir=Path.cwd())


def run(as_of):
    day = ["--as-of", as_of]
    return main(["run", "--target", "spark", "--raw-location", str(raw), *day])


def look(name, code=0):
    catalogue = Catalogue(settings)
    schemas = sorted(catalogue.schemas())
    views = [
        (schema, view)
        for schema in ("published_marts", "published_operations")
        for view in sorted(catalogue.views(schema))
    ]
    for schema, view in views:
        rows = SparkSession.active().table(f"{schema}.{view}")
        rows.write.parquet(str(out / name / schema / view))
    shutil.copy(settings.current / versions.DATABASE, out / f"{name}.duckdb")
    seen = {
        "code": code,
        "current": versions.current_version(settings),
        "schemas": schemas,
        "stamp": catalogue.run("select * from published_operations.published_version")[0],
        "types": {
            f"{schema}.{view}": [
                (row["col_name"], row["data_type"])
                for row in catalogue.run(f"describe {schema}.{view}")
            ]
            for schema, view in views
        },
    }
    (out / f"{name}.json").write_text(json.dumps(seen, default=str))


if chapter == "publish":
    look("first", run("2025-12-31"))
    (mart,) = Path("models").rglob("fct_revenue_by_month.sql")
    as_it_is = mart.read_text()
    mart.write_text(f"{as_it_is.rstrip()} where false")
    look("failed", run("2025-12-31"))
    mart.write_text(as_it_is)
    # The first view of the new version: the state says that a switch has begun.
    strike.arm("SIGKILL before pipeline.publishing.spark_readers.view_statement")
    run("2025-06-30")
else:
    look("second", run("2025-06-30"))
    look("rolled back", main(["rollback"]))
    left = versions.kept_versions(settings)[-1]
    table = f"{spark_readers.schema_of('marts', left)}.fct_revenue_by_month"
    count = f"select count(*), count_if(customer_id = 'c1') from {table}"
    before = list(Catalogue(settings).run(count)[0].values())
    without_c1 = out / "without_c1.duckdb"
    shutil.copy(settings.current / versions.DATABASE, without_c1)
    with duckdb.connect(str(without_c1)) as connection:
        connection.execute("delete from marts.fct_revenue_by_month where customer_id = 'c1'")
    erasure.rewrite(settings, settings.versions_dir / left, without_c1)
    Catalogue(settings).run(f"refresh table {table}")
    erased = {"before": before, "after": list(Catalogue(settings).run(count)[0].values())}
    (out / "erased.json").write_text(json.dumps(erased))
    # As a run ends that may keep one version.
    one = settings.environment.model_copy(update={"keep_versions": 1})
    settings = dataclasses.replace(settings, environment=one)
    assert versions.remove_old(settings) == spark_readers.drop_removed(settings) == [left]
    look("removed")
"""

# Types of the published DuckDB file, and what Spark's readers must find in their place.
TYPES = {
    "VARCHAR": "string",
    "BIGINT": "bigint",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "DECIMAL(18,2)": "decimal(18,2)",
}


class Story:
    """The pipeline, and what each look through Spark has written into `out`."""

    def __init__(self, root: Path) -> None:
        project = small_project.without_tests(small_project.make(root / "project"))
        self.pipeline = Pipeline(project, root, JAVA_TOOL_OPTIONS=JAVA_OPTIONS)
        self.out = root / "out"
        self.out.mkdir()
        # A file: without one, pyspark takes the process for its own tests.
        self.script = root / "tell.py"
        self.script.write_text(TELL)
        write_csv(self.pipeline.raw / "generic" / "revenue_lines.csv", SALES)

    def tell(self, chapter: str) -> subprocess.CompletedProcess[str]:
        """A process with a Spark session of its own; its folder is the project's."""
        return subprocess.run(
            [sys.executable, self.script, self.pipeline.raw, self.out, chapter],
            env=self.pipeline.environment,
            cwd=self.pipeline.project,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    def look(self, name: str) -> dict:
        """What was seen besides rows."""
        return json.loads((self.out / f"{name}.json").read_text())

    def differences(self, name: str) -> list[str]:
        """Tables whose rows Spark's readers saw otherwise than readers of the DuckDB file did then."""
        found = []
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(f"attach '{self.out / name}.duckdb' as published (read_only)")
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'published'"
            ).fetchall()
            for schema, table in tables:
                kinds = connection.execute(
                    "select column_name, data_type from duckdb_columns()"
                    " where database_name = 'published' and schema_name = ? and table_name = ?",
                    [schema, table],
                ).fetchall()
                columns = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in kinds)
                files = self.out / name / f"published_{schema}" / table / "*.parquet"
                seen = f"select {columns} from '{files}'"
                published = f"select * from published.{schema}.{table}"
                both = f"({published} except all {seen}) union all ({seen} except all {published})"
                if connection.execute(f"select count(*) from ({both})").fetchone() != (0,):
                    found.append(f"{schema}.{table}")
        assert tables
        return found

    def contracts(self, name: str) -> dict[str, list[list[str]]]:
        """The columns of the published file, in Spark's types."""
        with duckdb.connect(str(self.out / f"{name}.duckdb"), read_only=True) as connection:
            rows = connection.execute(
                "select schema_name, table_name, column_name, data_type from duckdb_columns()"
                " where not internal order by schema_name, table_name, column_index"
            ).fetchall()
        found: dict[str, list[list[str]]] = {}
        for schema, table, column, kind in rows:
            found.setdefault(f"published_{schema}.{table}", []).append([column, TYPES[kind]])
        return found


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """The first chapter: a publication, a run that fails, and one that is killed while views are switched."""
    told = Story(tmp_path_factory.mktemp("spark_readers"))
    outcome = told.tell("publish")
    assert outcome.returncode == -9, outcome.stdout + outcome.stderr
    told.said = outcome.stdout + outcome.stderr
    told.status = told.pipeline.call("status")
    told.doctor = told.pipeline.call("doctor")
    return told


@pytest.fixture(scope="module")
def ended(story):
    """The second chapter: the next run, a rollback, an erasure in the version that was left, and its removal."""
    outcome = story.tell("go on")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return story


def versioned(look: dict) -> set[str]:
    """The schemas of versions."""
    return {name for name in look["schemas"] if name.startswith(("marts_", "operations_"))}


def schemas_of(*versions: str) -> set[str]:
    names = [version.lower().replace("-", "_") for version in versions]
    return {f"{schema}_{name}" for schema in ("marts", "operations") for name in names}


@pytest.mark.parametrize("name", ["first", "second"])
def test_views_show_the_version_that_was_published_row_by_row_in_the_types_of_the_contracts(
    ended, name
):
    look = ended.look(name)
    assert look["code"] == 0
    assert ended.differences(name) == []
    del look["types"]["published_operations.published_version"]
    assert look["types"] == ended.contracts(name)
    stamp = look["stamp"]
    assert (stamp["version"], stamp["is_whole"]) == (look["current"], True)
    assert {stamp["marts_schema"], stamp["operations_schema"]} == schemas_of(look["current"])


def test_a_failed_run_leaves_the_views_as_they_were(story):
    first, failed = story.look("first"), story.look("failed")
    assert failed["code"] == 1
    runs = story.pipeline.history("select status, failed_step from pipeline_runs order by run_id")
    assert runs[1] == ("failed", "audit marts")
    assert failed == {**first, "code": 1}
    assert story.differences("failed") == []


def test_a_kill_while_views_are_switched_is_told_without_spark_and_repaired_by_the_next_run(
    ended,
):
    first, second = ended.look("first"), ended.look("second")
    words = f"between versions {first['current']} and {second['current']}"
    assert f"Spark        {words}" in ended.status.stdout
    assert words in ended.doctor.stdout
    runs = ended.pipeline.history("select status from pipeline_runs order by run_id")
    assert [status for (status,) in runs] == [
        "published",
        "failed",
        "published",
        "unchanged",
        "rolled back",
    ]


def test_a_rollback_switches_the_views_too(ended):
    first, second, back = map(ended.look, ("first", "second", "rolled back"))
    assert back["code"] == 0
    assert first["current"] == back["current"] == back["stamp"]["version"] != second["current"]
    assert ended.differences("rolled back") == []
    assert f"Spark        version {first['current']}\n" in ended.pipeline.call("status").stdout


def test_every_kept_version_has_its_schemas_and_no_other(ended):
    first, second = ended.look("first")["current"], ended.look("second")["current"]
    assert versioned(ended.look("first")) == versioned(ended.look("failed")) == schemas_of(first)
    assert versioned(ended.look("second")) == schemas_of(first, second)
    assert versioned(ended.look("rolled back")) == schemas_of(first, second)
    assert versioned(ended.look("removed")) == schemas_of(first)
    assert ended.differences("removed") == []


def test_an_erasure_in_a_kept_version_reaches_its_schemas(ended):
    erased = json.loads((ended.out / "erased.json").read_text())
    rows, named = erased["before"]
    assert named > 0
    assert erased["after"] == [rows, 0]


def test_a_catalogue_that_a_reader_has_open_stops_a_run_before_anything_is_built(tmp_path):
    pipeline = Pipeline(small_project.make(tmp_path / "project"), tmp_path)
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", SALES)
    lock = pipeline.warehouse / "spark_catalog" / "dbex.lck"
    lock.parent.mkdir(parents=True)
    with lock.open("wb") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        outcome = pipeline.run("--target", "spark")
    assert outcome.returncode == 3
    assert "FAILED in step 'preflight'" in outcome.stderr
    assert f"{lock.parent} is open in another program" in outcome.stderr


def test_a_cluster_that_does_not_answer_stops_a_run_before_anything_is_built(tmp_path):
    project = small_project.make(tmp_path / "project")
    path = project / "profiles.yml"
    profile = yaml.safe_load(path.read_text())
    cluster = {"method": "thrift", "host": "127.0.0.1", "port": 1, "auth": "NOSASL", "user": "me"}
    profile["revenue_funnel"]["outputs"]["spark"].update(cluster)
    path.write_text(yaml.safe_dump(profile))
    pipeline = Pipeline(project, tmp_path)
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", SALES)
    outcome = pipeline.run("--target", "spark")
    assert outcome.returncode == 4
    assert "FAILED in step 'preflight'" in outcome.stderr
    assert "thrift 127.0.0.1:1 does not answer" in outcome.stderr
    assert "Registered adapter" not in outcome.stdout
    assert not (pipeline.warehouse / "spark").exists()

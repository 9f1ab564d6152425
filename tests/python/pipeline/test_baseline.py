"""
A delivery against the published version, and a source against that of the published version: by the
command line, with what readers see before and after.
"""

import datetime
import re
import shutil
from pathlib import Path

import duckdb
import pytest
import small_project
from pipeline.core.settings import make_settings
from small_project import Pipeline, digest, json_lines
from support import write_csv

pytestmark = pytest.mark.slow

LAST_DAY = datetime.date(2025, 12, 31)
OPPORTUNITIES = [
    {
        "opportunity_id": f"o{n}",
        "account_id": f"a{n % 9}",
        "stage": "Won" if n % 2 else "Qualification",
        "amount": "" if n % 10 == 0 else f"{n}00.00",
        "created_at": f"2025-{1 + n % 12:02d}-05 10:00:00",
    }
    for n in range(1, 64)
]
# 48 people a day for ten weeks.
PEOPLE = [
    {
        "person_id": f"p{day}-{n}",
        "created_at": f"{LAST_DAY - datetime.timedelta(day)} {n // 2}:30:00",
    }
    for day in range(70)
    for n in range(48)
]


def deliver(raw: Path) -> None:
    write_csv(raw / "generic" / "revenue_lines.csv", small_project.SALES)
    write_csv(raw / "generic" / "opportunities.csv", OPPORTUNITIES)
    write_csv(raw / "generic" / "people.csv", PEOPLE)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """One published version of own data. Not to be changed: `pipeline` is a copy."""
    root = tmp_path_factory.mktemp("good")
    pipeline = Pipeline(small_project.make(root / "project"), root)
    deliver(pipeline.raw)
    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    pipeline.said = outcome.stdout
    return pipeline


@pytest.fixture
def pipeline(good, tmp_path):
    """A copy of that warehouse; the raw files lie where they lay, and are as they were."""
    shutil.copytree(good.warehouse, tmp_path / "warehouse", symlinks=True)
    pipeline = Pipeline(good.project, tmp_path)
    pipeline.raw = good.raw
    pipeline.before = digest(pipeline.warehouse / "current")
    yield pipeline
    shutil.rmtree(good.raw)
    deliver(good.raw)


def assert_stopped(pipeline: Pipeline, outcome, exit_code: int, *words: str) -> None:
    """The run ended before the build, with these words, and readers have what they had."""
    assert outcome.returncode == exit_code, outcome.stdout + outcome.stderr
    for word in words:
        assert word in outcome.stderr
    assert "build         started" not in outcome.stdout
    assert digest(pipeline.warehouse / "current") == pipeline.before


def assert_published(pipeline: Pipeline, outcome) -> None:
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert digest(pipeline.warehouse / "current") != pipeline.before


# -- a delivery that is not what it was ----------------------------------------------------------


def remove_table(raw: Path) -> None:
    (raw / "generic" / "opportunities.csv").unlink()


def cut_at_the_end_of_a_row(raw: Path) -> None:
    path = raw / "generic" / "opportunities.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:33]))


def rename_amount(raw: Path) -> None:
    path = raw / "generic" / "opportunities.csv"
    path.write_text(path.read_text().replace("amount", "deal_value", 1))


def empty_amount(raw: Path) -> None:
    rows = [{**row, "amount": " "} if n % 2 else row for n, row in enumerate(OPPORTUNITIES)]
    write_csv(raw / "generic" / "opportunities.csv", rows)


TABLE, COLUMN = "generic.opportunities", "generic.opportunities.amount"


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("damage", "accepted", "words"),
    [
        (
            remove_table,
            TABLE,
            "generic.opportunities: the table is missing; the published version has 63 rows; ",
        ),
        (
            cut_at_the_end_of_a_row,
            TABLE,
            "generic.opportunities: 32 rows, 63 in the published version;"
            " rule delivery_terms allows 5.0% fewer; ",
        ),
        (
            rename_amount,
            COLUMN,
            "generic.opportunities: column amount of the published version is missing;"
            " columns not read: deal_value; ",
        ),
        (
            empty_amount,
            COLUMN,
            "generic.opportunities: amount is empty in 49.2% of the rows, 9.5% in the published"
            " version; ",
        ),
    ],
)
def test_a_delivery_with_less_than_the_published_version_stops_until_accepted(
    pipeline, damage, accepted, words
):
    damage(pipeline.raw)
    step = f"if it is intended, add to var accepted_changes: {pipeline.version} {accepted}"
    for _ in range(2):  # a failed run does not become the baseline
        assert_stopped(pipeline, pipeline.run(), 1, words, step)
    vars_file = pipeline.root / "own.yml"
    vars_file.write_text(f"accepted_changes: [{pipeline.version} {accepted}]\n")
    assert_published(pipeline, pipeline.run("--vars", vars_file))
    # That is the baseline now; the next loss is another one.
    (pipeline.raw / "generic" / "people.csv").unlink()
    pipeline.before = digest(pipeline.warehouse / "current")
    outcome = pipeline.run("--vars", vars_file)
    assert_stopped(pipeline, outcome, 1, "generic.people: the table is missing")
    assert TABLE not in outcome.stderr


@pytest.mark.nightly
def test_a_few_deleted_rows_pass_and_a_table_may_have_a_share_of_its_own(pipeline):
    write_csv(pipeline.raw / "generic" / "opportunities.csv", OPPORTUNITIES[:60])
    write_csv(pipeline.raw / "generic" / "people.csv", PEOPLE[: 48 * 58])  # a fifth may be deleted
    assert_published(pipeline, pipeline.run())
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", small_project.SALES[:58])
    pipeline.before = digest(pipeline.warehouse / "current")
    assert_stopped(pipeline, pipeline.run(), 1, "generic.revenue_lines", "58 rows, 59 in")


@pytest.mark.nightly
def test_the_baseline_is_the_version_that_readers_see_also_after_a_rollback(pipeline):
    first = pipeline.version
    more = [{**OPPORTUNITIES[0], "opportunity_id": f"x{n}"} for n in range(40)]
    write_csv(pipeline.raw / "generic" / "opportunities.csv", OPPORTUNITIES + more)
    assert_published(pipeline, pipeline.run())
    write_csv(pipeline.raw / "generic" / "opportunities.csv", OPPORTUNITIES)
    assert "63 rows, 103 in the published version" in pipeline.run().stderr
    assert pipeline.call("rollback").returncode == 0
    assert pipeline.version == first
    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.nightly
def test_a_last_day_of_far_fewer_people_than_usual_stops_a_run(pipeline):
    write_csv(pipeline.raw / "generic" / "people.csv", PEOPLE[45:])
    words = "generic.people: its last day 2025-12-31 has 3 rows, usually 48"
    assert_stopped(pipeline, pipeline.run(), 1, words, "accepted_quiet_days")
    vars_file = pipeline.root / "own.yml"
    vars_file.write_text("accepted_quiet_days: [2025-12-31]\n")
    assert_published(pipeline, pipeline.run("--vars", vars_file))


def test_each_version_says_what_its_raw_tables_brought(good):
    assert good.published(
        "select raw_table, rows_count, column_names, empty_counts"
        " from operations.source_freshness order by raw_table"
    ) == [
        (
            "opportunities",
            63,
            "opportunity_id, account_id, stage, amount, created_at",
            '{"amount": 6}',
        ),
        ("people", 3360, "person_id, created_at", "{}"),
        (
            "revenue_lines",
            59,
            "line_id, customer_id, currency, amount, revenue_at",
            '{"amount": 0}',
        ),
    ]


# -- another source --------------------------------------------------------------------------------


def test_a_version_names_its_source_wherever_it_is_looked_at(good):
    assert re.search(rf"Built from +{re.escape(str(good.raw))}\n", good.said)
    assert f"Built from   {good.raw}" in good.call("status").stdout
    assert good.published("select source from operations.pipeline_runs") == [(str(good.raw),)]
    ((comment,),) = good.published(
        "select comment from duckdb_columns()"
        " where table_name = 'pipeline_runs' and column_name = 'source'"
    )
    assert comment.startswith("The raw data that the run read")


@pytest.mark.parametrize("verb", [("run",), ("run", "--dry-run"), ("doctor",)])
def test_a_forgotten_raw_location_does_not_put_the_demo_over_own_data(pipeline, verb):
    outcome = pipeline.call(*verb)
    assert outcome.returncode == 2, outcome.stdout + outcome.stderr
    said = outcome.stdout + outcome.stderr
    assert f"version {pipeline.version} was built from {pipeline.raw}; this run reads" in said
    assert "the demo company" in said
    assert "add --replace-source" in said
    assert digest(pipeline.warehouse / "current") == pipeline.before


@pytest.mark.nightly
def test_another_folder_is_published_with_the_flag_and_built_from_nothing_of_the_first(pipeline):
    first, own = pipeline.version, pipeline.raw
    pipeline.raw = pipeline.root / "moved"
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", small_project.SALES[:30])
    assert_stopped(pipeline, pipeline.run(), 2, str(own), f"reads {pipeline.raw} and would replace")
    tried = pipeline.run("--select", "dim_dates")
    assert tried.returncode == 0, tried.stderr
    assert digest(pipeline.warehouse / "current") == pipeline.before
    # Fewer rows and tables than the first, which is no baseline for another source.
    outcome = pipeline.run("--replace-source")
    assert_published(pipeline, outcome)
    assert "no complete build of this source" in outcome.stdout
    assert pipeline.history(
        "select source, is_full_refresh from pipeline_runs where status = 'published'"
        " order by run_id"
    ) == [(str(own), True), (str(pipeline.raw), True)]
    assert "nothing to do" in pipeline.run().stdout
    # After a rollback the first source is that of the readers again.
    assert pipeline.call("rollback", first).returncode == 0
    assert f"was built from {own}" in pipeline.run().stderr
    pipeline.raw = own
    back = pipeline.run("--force", PIPELINE_LOG="json")
    assert back.returncode == 0, back.stderr
    assert json_lines(back.stdout)[-1]["source"] == str(own)
    assert pipeline.history(
        "select is_full_refresh from pipeline_runs order by run_id desc limit 1"
    ) == [(True,)]


@pytest.mark.nightly
def test_a_version_of_an_earlier_release_may_be_replaced_and_the_next_names_its_source(pipeline):
    columns = ("rows_count", "column_names", "empty_counts")
    for path, schema in (("history", "main"), ("current/revenue", "operations")):
        with duckdb.connect(str(pipeline.warehouse / f"{path}.duckdb")) as connection:
            connection.execute(f"alter table {schema}.pipeline_runs drop column source")
            for column in columns:
                connection.execute(f"alter table {schema}.source_freshness drop column {column}")
    assert "a source that was not recorded" in pipeline.call("status").stdout
    pipeline.raw = shutil.copytree(pipeline.raw, pipeline.root / "moved")
    outcome = pipeline.run()
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert f"Built from   {pipeline.raw}" in pipeline.call("status").stdout


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ("{}", "the demo company"),
        ("raw_data: source", "the tables of the build database"),
        (
            "{raw_data: source, raw_database: lake, raw_schemas: {stripe: fin, segment: web}}",
            "the tables of lake (segment in web, stripe in fin)",
        ),
        ("raw_location: /srv/raw/", "/srv/raw"),
    ],
)
def test_a_source_has_a_name_of_its_own(tmp_path, given, source):
    (tmp_path / "own.yml").write_text(given)
    assert make_settings(vars_file=str(tmp_path / "own.yml"), environ={}).source == source

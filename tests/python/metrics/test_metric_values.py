"""
The value of every metric equals the mart that shows it, money to the cent. MetricFlow (the extra `metrics`) writes the SQL of
the metric; skipped without.
"""

import math
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import published_demo
import pytest
import yaml
from support import ROOT

pytest.importorskip("metricflow", reason="no MetricFlow: make metrics")
import metrics

pytestmark = pytest.mark.slow
FIGURES = yaml.safe_load(Path(__file__).with_name("figures.yml").read_text())


@pytest.fixture(scope="module")
def metric_queries(demo_target) -> metrics.Metrics:
    return metrics.Metrics(demo_target / "semantic_manifest.json")


def as_date(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def is_same(value: object, shown: object) -> bool:
    """No rows are no value or zero; money and counts are equal exactly, rates up to rounding in binary."""
    if not value and not shown:
        return value == shown or value is None or shown is None
    if isinstance(value, float) or isinstance(shown, float):
        return value is not None and shown is not None and math.isclose(value, shown, rel_tol=1e-9)
    return value == shown


@pytest.mark.parametrize(
    "figure", FIGURES, ids=lambda figure: figure["sql"].split("marts.")[1].split()[0]
)
def test_metrics_equal_the_mart_that_shows_them(figure, metric_queries, demo):
    group_by = figure["group_by"]
    found = demo.execute(figure["sql"])
    names = [column[0] for column in found.description][len(group_by) :]
    shown = {
        tuple(map(as_date, row[: len(group_by)])): row[len(group_by) :] for row in found.fetchall()
    }
    found = demo.execute(metric_queries.sql(names, group_by))
    columns = [column[0] for column in found.description]
    order = [columns.index(name) for name in (*group_by, *names)]
    rows = [[row[place] for place in order] for row in found.fetchall()]
    values = {tuple(map(as_date, row[: len(group_by)])): row[len(group_by) :] for row in rows}
    nothing = [None] * len(names)
    wrong = [
        (key, name, value, expected)
        for key in values.keys() | shown.keys()
        for name, value, expected in zip(
            names, values.get(key, nothing), shown.get(key, nothing), strict=True
        )
        if not is_same(value, expected)
    ]
    assert not wrong
    assert all(any(row[place] for row in shown.values()) for place in range(len(names)))


def test_every_saved_query_has_an_answer(metric_queries, demo):
    for path in (ROOT / "models" / "semantic").glob("saved_queries.yml"):
        for query in yaml.safe_load(path.read_text())["saved_queries"]:
            rows = demo.execute(metric_queries.saved_query_sql(query["name"])).fetchall()
            assert any(row[-1] for row in rows), query["name"]


@pytest.fixture(scope="module")
def project(demo_target, demo_place, tmp_path_factory) -> Path:
    """A folder in which `mf` finds the project, its manifest and a published file."""
    place = tmp_path_factory.mktemp("metrics")
    for name in ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests"):
        (place / name).symlink_to(ROOT / name)
    (place / "target").symlink_to(demo_target)
    (place / "warehouse" / "current").mkdir(parents=True)
    published_demo.make(demo_place, place / "warehouse" / "current" / "revenue.duckdb")
    return place


def mf(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """MetricFlow's command line on the published file."""
    own = {
        "DBT_PROFILES_DIR": project,
        "DBT_PROJECT_DIR": project,
        "DBT_TARGET": "published",
        "DBT_TARGET_PATH": project / "dbt_target",
        "DBT_LOG_PATH": project / "logs",
        "WAREHOUSE_DIR": project / "warehouse",
    }
    return subprocess.run(
        [Path(sys.executable).with_name("mf"), *arguments],
        cwd=project,
        env={**os.environ, **{name: str(value) for name, value in own.items()}},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_published_file_is_queried_from_the_command_line(project, demo):
    out = project / "mrr.csv"
    done = mf(
        project, "query", "--metrics", "mrr", "--group-by", "metric_time__month", "--csv", str(out)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split(",") for line in out.read_text().splitlines()[1:]]
    shown = demo.execute(
        "select period_month, end_mrr from marts.rpt_mrr_bridge where segment = '(all)'"
    ).fetchall()
    assert {date.fromisoformat(month[:10]): float(mrr) for month, mrr in rows} == {
        month: float(mrr) for month, mrr in shown
    }


def test_a_wrong_name_is_answered_with_the_right_ones(project):
    done = mf(project, "query", "--metrics", "mqlz")
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "does not exactly match any known metrics" in said
    assert "'mqls'" in said

"""The examples for BI tools read what the marts have: a renamed column would break the dashboards of those who copied them."""

import re

import duckdb
import pytest
import yaml
from support import ROOT

BI = ROOT / "examples" / "bi"
CHARTS = yaml.safe_load((BI / "superset" / "dashboard.yml").read_text())["charts"]
README = (BI / "README.md").read_text()


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart["name"])
def test_a_chart_has_something_to_show(demo, chart):
    dimensions = [*chart.get("by", []), *([chart["time"]] if "time" in chart else [])]
    metrics = list(chart["metrics"].values())
    rows = demo.execute(
        f"select {', '.join(dimensions + metrics)} from marts.{chart['mart']}"
        f" where {chart.get('where', 'true')} group by {', '.join(dimensions)}"
    ).fetchall()
    assert rows
    for number in range(len(dimensions), len(dimensions) + len(metrics)):
        assert any(row[number] for row in rows)


def test_the_total_of_a_report_is_not_counted_twice(demo):
    """A report with a row `(all)` needs a condition, or a sum has everything twice."""
    for chart in CHARTS:
        columns = [row[0] for row in demo.execute(f"describe marts.{chart['mart']}").fetchall()]
        if "segment" in columns:
            has_total = demo.execute(
                f"select count(*) filter (where segment = '(all)') from marts.{chart['mart']}"
                f" where {chart.get('where', 'true')}"
            ).fetchone()[0]
            others = demo.execute(
                f"select count(*) filter (where segment <> '(all)') from marts.{chart['mart']}"
                f" where {chart.get('where', 'true')}"
            ).fetchone()[0]
            assert not (has_total and others), chart["name"]


def published_like(demo_place, folder):
    """A folder `warehouse/current` with the demo's database, as the examples name it."""
    current = folder / "warehouse" / "current"
    current.mkdir(parents=True)
    (current / "revenue.duckdb").symlink_to(demo_place / "warehouse" / "build.duckdb")
    (current / "parquet").symlink_to(demo_place / "warehouse" / "build_marts")


def block_with(text: str) -> str:
    """The Python example that contains a text."""
    return next(
        block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if text in block
    )


def test_the_example_for_pandas(demo_place, tmp_path, monkeypatch):
    published_like(demo_place, tmp_path)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(block_with("pivot_table"), names)
    with duckdb.connect("warehouse/current/revenue.duckdb", read_only=True) as marts:
        won = marts.execute(
            "select sum(credited_value) from marts.rpt_attribution_model_comparison"
            " where conversion_type = 'won' and model = 'markov'"
        ).fetchone()[0]
    assert round(names["by_model"]["markov"].sum(), 2) == float(won)


def test_the_example_for_polars(demo, demo_place, tmp_path, monkeypatch):
    pytest.importorskip("polars", reason="polars is no dependency: pip install polars")
    published_like(demo_place, tmp_path)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(block_with("polars"), names)
    rows = demo.execute(
        "select period_month, end_mrr from marts.rpt_mrr_bridge where segment = '(all)' order by 1"
    ).fetchall()
    assert names["total"].rows() == rows

"""The report page without a browser: every number on it is that of its query, and no text of the data can do harm."""

import datetime
import decimal
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import published_demo
import pytest
import yaml
from report_page import page
from support import ROOT

HOSTILE = (
    "</script><script>document.title='stolen'</script>",
    "<!--<script>",
    "\"quoted\" & 'quoted' <b>bold</b>",
    "\u202eright to left\u202c עברית",
    '=HYPERLINK("x")',
    "x" * 5000,
)
CHARTS = [chart for section in page.sections() for chart in section["charts"]]


class Elements(HTMLParser):
    """The start tags of a page with their attributes, and the text of its data element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.is_data = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.is_data = ("id", "data") in attrs

    def handle_endtag(self, tag):
        self.is_data = False

    def handle_data(self, data):
        if self.is_data:
            self.text += data


def data_of(text: str) -> dict:
    """What the page embeds."""
    return json.loads(Elements(text).text)


@pytest.fixture(scope="module")
def published(demo_place, tmp_path_factory) -> Path:
    return published_demo.make(demo_place, tmp_path_factory.mktemp("report") / "revenue.duckdb")


@pytest.fixture(scope="module")
def html(published) -> str:
    out = published.with_name("report.html")
    page.write_page_of(published, out, "USD")
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def empty(published, tmp_path_factory) -> str:
    """The page of a company without any data."""
    path = tmp_path_factory.mktemp("empty") / "revenue.duckdb"
    published_demo.copy(published, path, rows=False)
    out = path.with_name("report.html")
    page.write_page_of(path, out, "USD")
    return out.read_text(encoding="utf-8")


def as_shown(value):
    """A value of a query as JSON has it, written again."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%Y-%m-%d}"
    return value


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart["id"])
def test_every_number_is_that_of_its_query(chart, published, html):
    name = chart.get("query", chart["id"])
    query = (ROOT / "scripts" / "report_page" / "sql" / f"{name}.sql").read_text()
    with duckdb.connect(str(published), read_only=True) as connection:
        found = connection.execute(query)
        columns = [column[0] for column in found.description]
        rows = [[as_shown(value) for value in row] for row in found.fetchall()]
    shown = data_of(html)["numbers"][name]
    assert shown["columns"] == columns
    assert shown["rows"] == rows
    assert rows or name == "expectations", "the demo has rows for every chart"


def test_every_query_has_a_chart_and_every_column_named_by_a_chart_is_in_its_query(html):
    files = {path.stem for path in (ROOT / "scripts" / "report_page" / "sql").glob("*.sql")}
    assert files == {chart.get("query", chart["id"]) for chart in CHARTS}
    numbers = data_of(html)["numbers"]
    for chart in CHARTS:
        columns = set(numbers[chart.get("query", chart["id"])]["columns"])
        ratio = chart.get("ratio", {})
        named = {
            *chart.get("x", []),
            *chart.get("columns", []),
            *chart.get("formats", {}),
            *chart.get("parts", []),
            *chart.get("steps", []),
            *chart.get("rate", []),
            *chart.get("worst", []),
            *(one["column"] for one in chart.get("series", [])),
            *(ratio[key] for key in ("over", "under") if ratio),
            *(chart[key] for key in ("group", "low", "high", "start", "end", "y") if key in chart),
            *(name for name in chart.get("filters", []) if name != "period"),
        }
        assert named <= columns, chart["id"]


def test_every_chart_has_a_title_a_sentence_and_the_definition_of_its_mart(published, html):
    elements = Elements(html).tags
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    with duckdb.connect(str(published), read_only=True) as connection:
        comments = page.definitions(connection)
    for chart in CHARTS:
        assert chart["says"].endswith("."), chart["id"]
        assert f"definition-{chart['id']}" in ids
        described = page.with_definition(chart, chart.get("x", []), comments)
        assert described["definition"] == comments[chart["mart"]][""]


def test_only_the_scripts_of_the_page_may_run_and_nothing_may_be_loaded(html):
    elements = Elements(html).tags
    (policy,) = [
        a["content"] for tag, a in elements if a.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in rules["script-src"]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert rules["script-src"].split() == [page.source_hash(script) for script in scripts]
    for tag, attributes in elements:
        assert tag not in ("link", "img", "iframe", "object", "base")
        assert not {"src", "onclick", "onload", "onerror"} & set(attributes), tag
        assert (attributes.get("href") or "#").startswith("#")
    own = html.replace((ROOT / "scripts/report_page/vendor/echarts.min.js").read_text(), "")
    outside = set(re.findall(r"(?:https?:)?//[\w.]+\.\w+", own)) - {"http://www.w3.org"}
    assert outside == set()


def test_the_page_is_small(html):
    assert len(html.encode()) < 5_000_000


def test_the_page_has_one_heading_of_each_section_landmarks_and_a_link_past_the_navigation(html):
    tags = [tag for tag, _ in Elements(html).tags]
    assert (tags.count("h1"), tags.count("main"), tags.count("nav")) == (1, 1, 1)
    assert tags.count("h2") == len(page.sections())
    assert tags.count("h3") == len(CHARTS)
    assert '<a class="skip" href="#overview">' in html


def test_hostile_names_stay_text(published, tmp_path):
    path = tmp_path / "revenue.duckdb"
    published_demo.copy(published, path)
    with duckdb.connect(str(path)) as connection:
        for table, column in (
            ("fct_open_pipeline", "account_name"),
            ("fct_open_pipeline", "opportunity_name"),
            ("rpt_opportunity_stages", "source_stage"),
            ("rpt_weekly_review", "item_name"),
            ("rpt_channel_effects", "channel"),
            ("rpt_attribution_model_comparison", "channel"),
        ):
            connection.execute(
                f"update marts.{table} set {column} = list_value({', '.join('?' * len(HOSTILE))})[1 + rowid % {len(HOSTILE)}]",
                list(HOSTILE),
            )
        connection.execute(
            f"comment on table marts.fct_open_pipeline is '{HOSTILE[0].replace(chr(39), chr(39) * 2)}'"
        )
    out = tmp_path / "report.html"
    page.write_page_of(path, out, "USD")
    text = out.read_text(encoding="utf-8")
    assert HOSTILE[0] not in text
    assert [tag for tag, _ in Elements(text).tags].count("script") == 4
    numbers = data_of(text)["numbers"]["open_opportunities"]
    names = {row[numbers["columns"].index("account_name")] for row in numbers["rows"]}
    assert set(HOSTILE[:5]) <= names
    assert max(map(len, names)) == page.TEXT_LENGTH + 1


def test_an_empty_company_gives_a_page_without_numbers(empty):
    data = data_of(empty)
    assert data["last_month"] is None
    assert all(not numbers["rows"] for numbers in data["numbers"].values())


def test_a_missing_mart_is_named(published, tmp_path):
    path = tmp_path / "revenue.duckdb"
    published_demo.copy(published, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table marts.rpt_mrr_bridge")
    outcome = command("--database", path, "--out", tmp_path / "report.html")
    assert outcome.returncode == 1
    assert "needs marts.rpt_mrr_bridge, which the database does not have" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not (tmp_path / "report.html").exists()


def test_a_mart_that_the_project_does_not_build_leaves_its_charts_empty(published, tmp_path):
    with duckdb.connect(str(published), read_only=True) as connection:
        comments = page.definitions(connection)
        for table in ("marts.rpt_mrr_bridge", "marts.rpt_revenue_scorecard"):
            del comments[table]
        stamp = page.Stamp("EUR", "run", "2025-12-31")
        page.write_page(connection, tmp_path / "report.html", stamp, comments)
    data = data_of((tmp_path / "report.html").read_text(encoding="utf-8"))
    (chart,) = [chart for chart in data["charts"] if chart["id"] == "mrr_bridge"]
    assert chart["empty"] == "This project does not build marts.rpt_mrr_bridge."
    assert data["numbers"]["pipeline_movements"]["rows"]
    assert data["currency"] == "EUR"


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "revenue.duckdb"
    path.write_text("no database")
    outcome = command("--database", path, "--out", tmp_path / "report.html")
    assert outcome.returncode == 1
    assert f"cannot be made from {path}" in outcome.stderr


def test_the_command_writes_the_page(published, tmp_path):
    outcome = command("--database", published, "--out", tmp_path / "new" / "report.html")
    assert outcome.returncode == 0, outcome.stderr
    assert f"{len(CHARTS)} charts" in outcome.stdout
    text = (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    assert data_of(text)["currency"] == project["vars"]["reporting_currency"]


def test_the_vendored_library_is_the_stated_version_with_its_licence():
    vendor = ROOT / "scripts" / "report_page" / "vendor"
    (version,) = re.findall(
        r'\.version="([\d.]+)",\w+\.zrUtil', (vendor / "echarts.min.js").read_text()
    )
    assert f"Apache ECharts {version}," in (vendor / "README.md").read_text()
    assert "Apache License" in (vendor / "LICENSE").read_text()
    assert (vendor / "NOTICE").is_file()


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    script = ROOT / "scripts" / "make_report_page.py"
    return subprocess.run(
        [sys.executable, script, *map(str, arguments)], capture_output=True, text=True, check=False
    )

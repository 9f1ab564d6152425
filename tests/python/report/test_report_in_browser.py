"""
The report page in Chromium: every chart draws its marks, filters show the numbers that SQL gives, nothing is loaded, and
the keyboard and a dark screen will do. Needs the extra `browser` and Debian's chromium; skipped without.
"""

import csv
import io
import shutil
from pathlib import Path

import duckdb
import published_demo
import pytest
from report_page import page

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="no playwright: pip install '.[browser]'"
)
CHROMIUM = shutil.which("chromium")
if not CHROMIUM:
    pytest.skip("no browser: apt-get install chromium", allow_module_level=True)

HOSTILE = "</script><img src=x onerror=\"document.title='stolen'\">"
CHARTS = [chart for section in page.sections() for chart in section["charts"]]
DRAWN = [chart["id"] for chart in CHARTS if chart["kind"] not in ("table", "tiles")]


class Opened:
    """A page in the browser, with what went wrong and what it asked for."""

    def __init__(self, browser, path: Path, **options) -> None:
        self.context = browser.new_context(offline=True, accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self.heard)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.address = path.as_uri()
        self.open()

    def heard(self, message) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def open(self, fragment: str = "") -> None:
        self.page.goto("about:blank")
        self.requests.clear()
        self.page.goto(self.address + fragment)
        self.page.wait_for_selector("body[data-ready]")

    def texts(self, chart: str) -> list[str]:
        """The labels in the drawing of a chart."""
        return self.page.locator(f"#chart-{chart} .canvas svg text").all_text_contents()

    def select(self, **filters: str) -> None:
        for name, value in filters.items():
            self.page.select_option(f"#filter-{name}", value)

    def rows(self, chart: str) -> list[dict[str, str]]:
        """The rows of a chart's CSV file."""
        with self.page.expect_download() as download:
            self.page.click(f"#chart-{chart} .csv")
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def published(demo_place, tmp_path_factory) -> Path:
    return published_demo.make(demo_place, tmp_path_factory.mktemp("report") / "revenue.duckdb")


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


def write(database: Path) -> Path:
    out = database.with_name("report.html")
    page.write_page_of(database, out, "USD")
    return out


@pytest.fixture(scope="module")
def report(browser, published) -> Opened:
    return Opened(browser, write(published), viewport={"width": 1440, "height": 900})


@pytest.fixture(autouse=True)
def nothing_went_wrong(request):
    """No error on the console and no request but that for the file, in any test."""
    yield
    if "report" in request.fixturenames:
        opened = request.getfixturevalue("report")
        assert opened.errors == []
        assert [url.split("#")[0] for url in opened.requests if not url.startswith("blob:")] == [
            opened.address
        ]


def sql(published: Path, query: str, *parameters: str) -> list[tuple]:
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.execute(query, list(parameters)).fetchall()


@pytest.mark.parametrize("chart", DRAWN)
def test_every_chart_draws_marks_and_labels(chart, report):
    report.open()
    drawing = report.page.locator(f"#chart-{chart} .canvas svg")
    assert drawing.locator("path").count() > 5
    assert len([text for text in report.texts(chart) if text.strip()]) >= 4
    assert report.page.get_attribute(f"#chart-{chart} .canvas", "aria-label")


def test_tables_and_tiles_show_the_marts(report, published):
    report.open()
    won = sql(
        published,
        """select actual from marts.rpt_revenue_scorecard
        where metric = 'won_amount' and is_complete order by period_month desc limit 1""",
    )[0][0]
    shown = report.page.get_attribute(".tile[data-metric=won_amount]", "data-value")
    assert float(shown) == float(won)
    names = report.page.locator("#chart-past_window tbody td:first-child").all_text_contents()
    assert names == [
        name
        for (name,) in sql(
            published,
            "select opportunity_name from marts.fct_open_pipeline where is_past_usual_window"
            " order by amount desc nulls last, opportunity_id",
        )
    ]


@pytest.mark.parametrize("segment", ["(all)", "enterprise", "smb"])
@pytest.mark.parametrize(("period", "months"), [("12", 12), ("3", 3), ("1", 1)])
def test_filters_show_what_sql_gives(segment, period, months, report, published):
    report.open()
    report.select(segment=segment, period=period)
    rows = report.rows("pipeline_movements")
    (expected,) = sql(
        published,
        f"""select arg_min(start_amount, period_month), sum(created_amount), -sum(lost_amount),
            arg_max(end_amount, period_month), count(*)
        from marts.rpt_pipeline_movements
        where segment = ? and pipeline_scope = 'all_open' and period_month > (
            select max(period_month) from marts.rpt_revenue_scorecard where is_complete
        ) - interval {months} month""",
        segment,
    )
    assert len(rows) == expected[4] == months
    assert float(rows[0]["start_amount"]) == float(expected[0])
    total = {
        name: sum(float(row[name]) for row in rows) for name in ("created_amount", "lost_amount")
    }
    assert round(total["created_amount"], 2) == float(expected[1])
    assert round(total["lost_amount"], 2) == float(expected[2])
    reading = report.page.inner_text("#chart-pipeline_movements .reading")
    assert f"to ${expected[3]:,.0f}" in reading


@pytest.mark.parametrize("model", ["first_touch", "markov"])
def test_the_model_changes_the_credit(model, report, published):
    report.open()
    report.select(model=model, period="all")
    credit = sql(
        published,
        """select channel, credited_value from marts.rpt_attribution_model_comparison
        where model = ? and conversion_type = 'won' and credited_value > 0 order by all""",
        model,
    )
    shown = {
        (row["channel"], float(row["credited_value"])) for row in report.rows("channel_credit")
    }
    assert {(channel, float(value)) for channel, value in credit} <= shown
    ((spend, value),) = sql(
        published,
        """select sum(spend), sum(credited_value) from marts.rpt_channel_performance
        where model = ? and conversion_type = 'won' and basis = 'touch_month' and channel in (
            select channel from marts.rpt_channel_performance group by channel having sum(spend) > 0
        )""",
        model,
    )
    reading = report.page.inner_text("#chart-spend_return .reading")
    assert f"{float(value) / float(spend):.2f} for each" in reading


def test_the_channel_applies_to_the_funnel_and_charts_say_what_does_not_apply(report, published):
    report.open()
    report.select(channel="Paid Search", period="all")
    rows = report.rows("funnel_stages")
    leads = sum(int(row["entered_count"]) for row in rows if row["from_stage"] == "lead")
    ((expected,),) = sql(
        published,
        """select sum(entered_count) from marts.rpt_funnel_conversion
        where basis = 'cohort' and window_days is null and from_stage = 'lead' and to_stage = 'mql'
            and channel = 'Paid Search' and segment = '(all)'""",
    )
    assert leads == expected
    assert report.page.inner_text("#chart-funnel_stages .applied").startswith("All months")
    assert "Not filtered by" in report.page.inner_text("#chart-mrr_bridge .applied")


def test_the_address_keeps_the_filters(report):
    report.open()
    report.select(segment="mid", period="6", model="linear")
    fragment = report.page.evaluate("location.hash")
    shown = report.rows("mrr_bridge")
    report.open(fragment)
    assert report.page.input_value("#filter-segment") == "mid"
    assert report.page.input_value("#filter-period") == "6"
    assert report.rows("mrr_bridge") == shown
    report.open("#segment=nonsense&period=99&section=value")
    assert report.page.input_value("#filter-segment") == "(all)"
    report.page.click("text=Reset")
    assert report.page.evaluate("location.hash") == ""


def test_the_keyboard_reaches_sections_definitions_and_numbers(report):
    report.open()
    report.page.keyboard.press("Tab")
    assert report.page.evaluate("document.activeElement.className") == "skip"
    report.page.keyboard.press("Enter")
    assert report.page.evaluate("document.activeElement.id") == "overview"
    report.page.locator("nav a", has_text="Pipeline").focus()
    report.page.keyboard.press("Enter")
    assert report.page.evaluate("document.activeElement.id") == "pipeline"
    report.page.keyboard.press("Tab")
    panel = report.page.locator("#definition-pipeline_movements")
    assert panel.is_visible()
    assert "One row per" in panel.inner_text()
    assert report.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    report.page.keyboard.press("Escape")
    assert not panel.is_visible()
    report.page.keyboard.press("Tab")
    if report.page.evaluate("document.activeElement.classList.contains('panel')"):
        report.page.keyboard.press("Tab")  # a long definition can be scrolled by keyboard
    report.page.keyboard.press("Enter")
    assert report.page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    table = report.page.locator("#numbers-pipeline_movements table")
    assert table.is_visible()
    assert table.locator("tbody tr").count() == 12
    assert not panel.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_text_can_be_read_on_light_and_dark_and_nothing_is_wider_than_the_screen(
    width, scheme, browser, report
):
    opened = Opened(
        browser,
        Path(report.address.removeprefix("file://")),
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    for selector in (".says", ".tile .good", ".tile .bad", "nav a", "td", ".quiet", ".stamp"):
        assert opened.page.evaluate(CONTRAST, selector) >= 4.5, selector
    assert opened.errors == []
    opened.context.close()


# The contrast of the first element of a selector against the ground behind it (WCAG 2).
CONTRAST = """(selector) => {
    const numbers = (colour) => colour.match(/[0-9.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = numbers(colour).map((v) => v / 255).map(
            (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const element = document.querySelector(selector);
    let ground = element;
    while (numbers(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
    const pair = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor].map(light);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""


def test_an_empty_company_sees_nothing_yet(browser, published, tmp_path):
    path = tmp_path / "revenue.duckdb"
    published_demo.copy(published, path, rows=False)
    opened = Opened(browser, write(path))
    assert opened.errors == []
    said = opened.page.locator(".body .empty").all_text_contents()
    assert said == ["Nothing yet."] * len(CHARTS)
    opened.context.close()


def test_hostile_names_are_shown_as_they_are(browser, published, tmp_path):
    path = tmp_path / "revenue.duckdb"
    published_demo.copy(published, path)
    with duckdb.connect(str(path)) as connection:
        for table, column in (
            ("fct_open_pipeline", "account_name"),
            ("rpt_opportunity_stages", "source_stage"),
            ("rpt_channel_performance", "channel"),
            ("fct_journeys", "first_touch_channel"),
        ):
            connection.execute(f"update marts.{table} set {column} = ?", [HOSTILE])
        connection.execute(
            "update marts.fct_open_pipeline set opportunity_name = '=1+' || repeat('x', 5000)"
        )
    opened = Opened(browser, write(path))
    assert opened.errors == []
    assert opened.page.title().startswith("Revenue report")
    assert opened.page.locator("img").count() == 0
    assert opened.page.locator("#chart-open_opportunities td", has_text="</script>").count() > 0
    assert any("</script>" in text for text in opened.texts("crm_stages"))
    first = opened.rows("open_opportunities")[0]
    assert first["opportunity_name"].startswith("'=1+xxx")
    assert first["account_name"] == HOSTILE
    opened.context.close()


def test_charts_are_redrawn_for_paper_and_back(report):
    report.open()
    width = "document.querySelector('#chart-mrr_bridge svg').getBoundingClientRect().width"
    on_screen = report.page.evaluate(width)
    report.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert report.page.evaluate(width) == 900 < on_screen
    report.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert report.page.evaluate(width) == on_screen


def test_the_page_prints(report, tmp_path):
    report.open()
    report.page.emulate_media(media="print")
    assert not report.page.is_visible("#filters")
    assert report.page.is_visible("#chart-mrr_bridge svg")
    report.page.pdf(path=str(tmp_path / "report.pdf"))
    report.page.emulate_media(media="screen")
    assert (tmp_path / "report.pdf").stat().st_size > 50_000

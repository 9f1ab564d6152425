"""
Own data under the company's own rules: none of the demo company's apply, what is missing is named or
null, and the docs list every rule. Real runs of the command line on small copies of the project.
"""

import csv
import re
from pathlib import Path

import duckdb
import pytest
import small_project
import yaml
from small_project import Pipeline, digest
from support import ROOT, write_csv

pytestmark = pytest.mark.slow

SEEDS = ROOT / "seeds" / "rules"
DEMO_RULES = ROOT / "seeds" / "demo" / "rules"
WARNING = "spend_of_an_unknown_ad_platform_is_kept_apart_from_its_credit"
LINES = [
    {"line_id": "1", "customer_id": "c1", "amount": "100.00", "currency": "EUR"}
    | {"revenue_at": "2025-01-05"},
    {"line_id": "2", "customer_id": "c1", "amount": "10.00", "currency": "GBP"}
    | {"revenue_at": "2025-01-06"},
    {"line_id": "3", "customer_id": "c2", "amount": "10.00", "currency": "GBP"}
    | {"revenue_at": "2025-02-10"},
]
RATES = [
    {"rate_date": day, "currency": "GBP", "base_currency": base, "rate": rate}
    for day in ("2025-01-05", "2025-02-09")
    for base, rate in (("EUR", "1.20"), ("USD", "1.27"))
]


def vars_file(folder: Path, **values: object) -> Path:
    path = folder / "vars.yml"
    path.write_text(yaml.safe_dump(values))
    return path


def said(outcome) -> str:
    """All that a run printed, without line breaks."""
    return " ".join((outcome.stdout + outcome.stderr).split())


# -- exchange rates --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def european(tmp_path_factory) -> Pipeline:
    """A company that reports in EUR and has published once, with rates of its own."""
    root = tmp_path_factory.mktemp("european")
    pipeline = Pipeline(small_project.make(root / "project"), root)
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", LINES)
    write_csv(pipeline.raw / "rules" / "fx_rates.csv", RATES)
    pipeline.first = run_in_euro(pipeline)
    assert pipeline.first.returncode == 0, said(pipeline.first)
    return pipeline


def run_in_euro(pipeline: Pipeline, *arguments: object):
    given = vars_file(pipeline.root, reporting_currency="EUR")
    return pipeline.run("--vars", given, "--force", *arguments)


@pytest.fixture
def rates(european) -> Path:
    """The company's file of rates, put back after the test."""
    path = european.raw / "rules" / "fx_rates.csv"
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


def assert_stopped(pipeline: Pipeline, exit_code: int, *words: str) -> None:
    version, files = pipeline.version, digest(pipeline.warehouse / "current")
    outcome = run_in_euro(pipeline)
    assert outcome.returncode == exit_code, said(outcome)
    for each in words:
        assert each in said(outcome)
    assert f"still version {version}" in said(outcome)
    assert (pipeline.version, digest(pipeline.warehouse / "current")) == (version, files)


def test_only_rates_to_the_reporting_currency_convert(european):
    """10 GBP at 1.20, twice; the rate to USD in the same file is for another reporting currency."""
    assert european.net_amount() == 100 + 12 + 12


def test_without_own_rates_the_run_stops_and_names_currency_and_days(european, rates):
    """The demo has rates of GBP, to USD: they were applied as if they were rates to EUR."""
    rates.unlink()
    assert_stopped(
        european,
        1,
        # The build stops at whichever row it reads first.
        "No exchange rate for GBP to EUR on 2025-",
        "revenue_lines: GBP has no rate to EUR in 2 rows, 2025-01-06 to 2025-02-10",
        "Add rates for every currency and day to",
    )


def test_rates_to_another_currency_are_no_rates(european, rates):
    write_csv(rates, [row for row in RATES if row["base_currency"] == "USD"])
    assert_stopped(european, 1, "No exchange rate for GBP to EUR", "base_currency EUR")


def test_a_file_of_rates_without_base_currency_names_the_column(european, rates):
    write_csv(rates, [{k: v for k, v in row.items() if k != "base_currency"} for row in RATES[:1]])
    assert_stopped(
        european,
        2,
        "rules/fx_rates.csv: column base_currency is missing",
        "The columns must be rate_date, currency, base_currency, rate",
    )


def test_an_unknown_column_of_a_rule_is_named(european, rates):
    write_csv(rates, [{**row, "source": "ECB"} for row in RATES])
    assert_stopped(european, 2, "rules/fx_rates.csv: column source is unknown")


def test_the_summary_says_which_rules_are_own_empty_and_defaults(european):
    lines = european.first.stdout.splitlines()
    assert [line.split(maxsplit=2)[2] for line in lines if "Own rules" in line] == ["fx_rates"]
    (default,) = [line for line in lines if "Default rules" in line]
    assert "of seeds/rules: attribution_models, delivery_terms, drift_terms" in default


# -- ad platforms and costs ------------------------------------------------------------------------


EVENT = {"anonymous_id": "d1", "event_type": "page_view", "occurred_at": "2025-03-01 10:00:00"}
OWN = {
    "people": [
        {"person_id": "p1", "record_type": "contact", "email": "ann@acme.example"}
        | {"account_id": "a1", "status": "sql", "created_at": "2025-03-02 10:00:00"}
    ],
    "accounts": [{"account_id": "a1", "account_name": "Acme", "created_at": "2025-03-02 10:00:00"}],
    "opportunities": [
        {"opportunity_id": "o1", "account_id": "a1", "stage": "customer", "amount": "500.00"}
        | {"is_closed": "true", "is_won": "true", "close_date": "2025-04-10"}
        | {"created_at": "2025-03-10 08:00:00", "closed_at": "2025-04-10 15:00:00"}
    ],
    "opportunity_contacts": [{"opportunity_id": "o1", "person_id": "p1", "is_primary": "true"}],
    "web_events": [
        {**EVENT, "event_id": "e1", "utm_source": "google", "utm_medium": "cpc"}
        | {"email": "ann@acme.example"}
    ],
    "ad_spend": [
        {"spend_date": f"2025-03-0{day}", "platform": platform, "campaign_id": f"k{day}"}
        | {"spend": spend, "currency": "USD"}
        for day, platform, spend in (
            (1, "Google Ads", "40.00"),
            (2, "google-ads", "30.00"),
            (3, "GOOGLE", "20.00"),
            (4, "Billboards Inc", "7.50"),
        )
    ],
}


@pytest.fixture(scope="module")
def advertiser(tmp_path_factory) -> Pipeline:
    """A company that writes its ad platforms in its own way and gives no rules."""
    root = tmp_path_factory.mktemp("advertiser")
    marts = ("rpt_channel_performance", "rpt_marketing_contribution", "dim_dates")
    project = small_project.make(root / "project", marts)
    small_project.copy(ROOT / "tests" / "dbt" / "attribution" / f"{WARNING}.sql", project)
    pipeline = Pipeline(project, root)
    for table, rows in OWN.items():
        write_csv(pipeline.raw / "generic" / f"{table}.csv", rows)
    pipeline.first = pipeline.run()
    assert pipeline.first.returncode == 0, said(pipeline.first)
    return pipeline


def test_spend_and_credit_of_a_platform_meet_in_one_channel_however_it_is_written(advertiser):
    spend = advertiser.published("""
        select distinct on (channel, period_month) channel, spend
        from marts.rpt_channel_performance where spend > 0 order by all
    """)
    assert spend == [("Paid Other", 7.5), ("Paid Search", 90)]


def test_spend_that_only_the_catch_all_matches_is_a_warning(advertiser):
    """Its spend is kept apart from the credit of its sessions: platform, amount and row to add are named."""
    warned = "platform billboards_inc is in no rule: 7.50 USD of spend (1 rows) are in channel Paid Other."
    line = "Add to rules/ad_channels.csv: billboards_inc,*,<channel>"
    assert WARNING in said(advertiser.first)
    assert f"{warned} {line}" in said(advertiser.first)
    query = "select observed_value from operations.data_quality_results where expectation = "
    ((observed,),) = advertiser.published(f"{query} '{WARNING}'")
    assert f"{warned} {line}" in observed


def test_without_own_sales_costs_there_are_none(advertiser):
    """The demo's 24,000 a month are not this company's."""
    query = "select distinct sales_cost, sales_roi from marts.rpt_marketing_contribution"
    assert advertiser.published(query) == [(None, None)]


# -- targets ---------------------------------------------------------------------------------------


UNUSABLE = "targets_that_cannot_be_used_lead_to_wrong_attainment"
TARGET = {"metric": "won_amount", "period_month": "2025-04-01", "team": "(none)"}
TARGET |= {"segment": "(all)", "source": "(all)", "target": "400.00"}


@pytest.fixture(scope="module")
def aiming(tmp_path_factory) -> Pipeline:
    """A company with one target, in a file without the columns that are optional."""
    root = tmp_path_factory.mktemp("aiming")
    needed = ("fct_revenue_by_month", "int_opportunities", "int_owner_teams")
    project = small_project.make(root / "project", needed)
    for path in (SEEDS / "targets.csv", SEEDS / "targets.yml"):
        small_project.copy(path, project)
    small_project.copy(ROOT / "tests" / "dbt" / "forecast" / f"{UNUSABLE}.sql", project)
    pipeline = Pipeline(project, root)
    for table in ("accounts", "opportunities"):
        write_csv(pipeline.raw / "generic" / f"{table}.csv", OWN[table])
    write_csv(pipeline.raw / "generic" / "revenue_lines.csv", small_project.SALES)
    write_csv(pipeline.raw / "rules" / "targets.csv", [TARGET])
    pipeline.first = pipeline.run()
    assert pipeline.first.returncode == 0, said(pipeline.first)
    return pipeline


def built(pipeline: Pipeline, query: str) -> list[tuple]:
    with duckdb.connect(str(pipeline.warehouse / "build.duckdb"), read_only=True) as database:
        return database.execute(query).fetchall()


def test_a_file_of_targets_without_the_optional_columns_counts(aiming):
    query = "select metric, team, target, unit, owner, depends_on from rules.targets"
    assert built(aiming, query) == [("won_amount", "(none)", 400, None, None, None)]


def test_targets_that_cannot_be_used_stop_the_run_and_are_named(aiming):
    """Otherwise such a target would silently be missing from every comparison."""
    month = {"period_month": "2025-05-01", "unit": ""}
    wrong = [
        {**TARGET, **month, "team": "Sales"},
        {**TARGET, **month, "metric": "bookings"},
        {**TARGET, **month, "period_month": "2025-05-31"},
        {**TARGET, **month, "metric": "mqls", "team": "sales"},
        {**TARGET, **month, "metric": "revenue", "team": "shared", "unit": "EUR"},
    ]
    write_csv(aiming.raw / "rules" / "targets.csv", wrong)
    version = aiming.version
    outcome = aiming.run("--force")
    assert outcome.returncode == 1, said(outcome)
    assert aiming.version == version
    place = "rules/targets.csv, {} of team {} (segment (all), source (all)): {}"
    findings = [
        place.format(*each)
        for each in (
            ("bookings 2025-05-01", "(none)", "there is no such metric"),
            ("mqls 2025-05-01", "sales", "the team of this metric must be marketing"),
            ("revenue 2025-05-01", "shared", "the unit must be currency; amounts are in USD"),
            ("won_amount 2025-05-01", "Sales", "the CRM has no such team; write it as in the CRM"),
            ("won_amount 2025-05-31", "(none)", "period_month must be the first day of a month"),
        )
    ]
    assert f"first row: finding = {findings[0]}" in said(outcome)
    (test,) = (aiming.project / "target" / "compiled").rglob(f"{UNUSABLE}.sql")
    assert [finding for (finding,) in built(aiming, test.read_text())] == findings


# -- the rules themselves --------------------------------------------------------------------------


def columns_of(path: Path) -> list[str]:
    with path.open(newline="") as file:
        return next(csv.reader(file))


def test_a_rule_of_the_demo_has_the_columns_of_its_seed_and_other_rows():
    """The same rows would be the demo's rules in force for everybody."""
    demo = sorted(DEMO_RULES.glob("*.csv"))
    assert {"fx_rates", "sales_costs", "own_hosts", "targets"} <= {path.stem for path in demo}
    for path in demo:
        seed = SEEDS / path.name
        assert columns_of(path) == columns_of(seed)
        assert path.read_text() != seed.read_text(), path.name


def test_the_docs_list_every_rule_with_its_columns_and_an_example_row():
    text = (ROOT / "docs" / "rules.md").read_text()
    listed = {}
    for line in text.splitlines():
        if row := re.match(r"\| `(\w+)`( \*)? \|", line):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            listed[row[1]] = (bool(row[2]), *cells[2:])
    assert set(listed) == {path.stem for path in SEEDS.glob("*.csv")}
    for name, (is_demo, default, columns, example) in listed.items():
        header = columns_of(SEEDS / f"{name}.csv")
        assert columns.strip("`").split(",") == header, name
        (cells,) = csv.reader([example.strip("`").replace("\\|", "|")])
        assert len(cells) == len(header), name
        assert is_demo == (DEMO_RULES / f"{name}.csv").exists(), name
        is_empty = len((SEEDS / f"{name}.csv").read_text().splitlines()) == 1
        assert ("**empty**" in default) == is_empty, name

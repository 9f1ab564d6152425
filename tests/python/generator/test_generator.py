"""The generator: the committed demo is its output, and its output is a plausible company, the same every time."""

import csv
import re
from itertools import pairwise
from pathlib import Path

import duckdb
import generate_data
import pytest
from demo_company import planted, rates, summary, web, writing
from demo_company.settings import DEMO_SEED, DEMO_WEB_EVENTS, Settings
from support import ROOT

SMALL = 5_000


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def generate(folder: Path, *arguments: str) -> dict[str, bytes]:
    assert generate_data.main([*arguments, "--quiet"]) == 0
    return files_of(folder)


@pytest.fixture(scope="module")
def company():
    """The committed company inside DuckDB."""
    con = duckdb.connect()
    generate_data.build_company(con, Settings(web_events=DEMO_WEB_EVENTS, seed=DEMO_SEED))
    yield con
    con.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> tuple[Path, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("small")
    return folder, generate(
        folder, "--web-events", str(SMALL), "--out", str(folder), "--threads", "1"
    )


def test_the_committed_seeds_are_what_the_generator_writes(tmp_path):
    written = generate(tmp_path, "--seeds", str(tmp_path))
    committed = files_of(ROOT / "seeds" / "raw")
    assert {name for name in written if name.startswith("raw/")} == {
        f"raw/{name}" for name in committed
    }
    different = [name for name, content in committed.items() if written[f"raw/{name}"] != content]
    assert different == [], "write them again: python scripts/generate_data.py --seeds seeds"
    rates_file = ROOT / "seeds" / "demo" / "rules" / "fx_rates.csv"
    assert written["demo/rules/fx_rates.csv"] == rates_file.read_bytes()
    assert sum(map(len, committed.values())) < 9_000_000


def test_a_raw_location_brings_the_rules_of_the_company_but_not_the_targets_of_the_demo(small):
    """Without them its own currencies would stop the run: rules of the demo are read for the demo only."""
    _, written = small
    demo = files_of(ROOT / "seeds" / "demo" / "rules")
    del demo["targets.csv"]
    rules = {name: content for name, content in written.items() if name.startswith("rules/")}
    assert rules == {f"rules/{name}": content for name, content in demo.items()}


def test_the_same_seed_gives_the_same_bytes_on_other_threads(small, tmp_path):
    _, first = small
    again = generate(tmp_path, "--web-events", str(SMALL), "--out", str(tmp_path), "--threads", "3")
    assert [
        name for name in first.keys() | again.keys() if first.get(name) != again.get(name)
    ] == []


def test_another_seed_gives_another_company(small, tmp_path):
    _, first = small
    other = generate(tmp_path, "--web-events", str(SMALL), "--seed", "8", "--out", str(tmp_path))
    for name in (
        "segment/pages.csv",
        "salesforce/lead.csv",
        "stripe/invoice.csv",
        "truth/channel_effects.csv",
    ):
        assert first[name] != other[name]


def headers(folder: Path, files: dict[str, bytes]) -> dict[tuple[str, str], list[str]]:
    """The columns of each raw table."""
    written = {}
    for name in files:
        vendor, file = name.split("/")
        if vendor not in ("truth", "rules"):
            with (folder / name).open(encoding="utf-8", newline="") as lines:
                written[vendor, file.removesuffix(".csv")] = next(csv.reader(lines))
    return written


def test_hubspot_takes_the_place_of_salesforce_and_marketo(small, tmp_path):
    files = generate(
        tmp_path, "--web-events", str(SMALL), "--crm", "hubspot", "--out", str(tmp_path)
    )
    written = headers(tmp_path, files)
    declared = {
        key: {column["name"] for column in table["columns"]}
        for key, table in writing.declarations(writing.WITH_HUBSPOT).items()
    }
    assert {key: set(columns) for key, columns in written.items()} == declared
    _, others = small
    same = [name for name in files if name in others and not name.startswith("rules/")]
    assert {name for name in same if files[name] != others[name]} == set()
    assert "rules/stage_mapping.csv" not in files
    assert b"salesforce" not in b"".join(
        content for name, content in files.items() if name.startswith("rules/")
    )


def test_every_declared_table_and_column_is_written_and_no_other(small):
    written = headers(*small)
    declared = {
        key: [column["name"] for column in table["columns"]]
        for key, table in writing.declarations().items()
    }
    assert written == declared


def test_about_as_many_web_events_as_asked_for(company, small):
    assert summary.figures(company)["web_events"] == pytest.approx(DEMO_WEB_EVENTS, rel=0.02)
    folder, _ = small
    rows = sum(
        duckdb.execute(
            f"select count(*) from read_csv('{folder}/segment/{table}.csv', all_varchar = true)"
        ).fetchone()[0]
        for table in web.BUILDERS
    )
    assert rows == pytest.approx(SMALL, rel=0.05)


def test_the_months_and_the_planted_rows_together_are_the_whole(tmp_path):
    settings = Settings(web_events=SMALL, seed=DEMO_SEED, edge_cases=True)
    company = duckdb.connect()
    generate_data.build_company(company, settings)
    writing.write_events_by_month(company, tmp_path, settings)
    for table in web.BUILDERS:
        whole = f"({web.BUILDERS[table]('true')} union all by name select * from segment.{table})"
        parts = f"(select * from read_parquet('{tmp_path}/{table}/*.parquet'))"
        for one, other in ((whole, parts), (parts, whole)):
            assert company.execute(
                f"select count(*) from ({one} except all {other})"
            ).fetchone() == (0,)


def test_the_company_looks_like_a_real_one(company):
    figures = summary.figures(company)
    outside = {
        name: figures[name]
        for name, (low, high) in summary.RANGES.items()
        if not low <= figures[name] <= high
    }
    assert outside == {}
    assert 12 <= figures["mqls_per_month"] <= 18


def test_revenue_comes_in_four_currencies_and_four_product_lines(company):
    lines = company.execute("""
        select distinct lines.currency, prices.product_id
        from stripe.invoice_line_item as lines
        inner join stripe.price as prices on prices.id = lines.price_id
    """).fetchall()
    assert {currency for currency, _ in lines} == {"usd", "eur", "gbp", "jpy"}
    assert {product for _, product in lines} == {
        "prod_analytics",
        "prod_automation",
        "prod_services",
        "prod_credits",
    }


def test_an_invoice_is_the_sum_of_its_lines(company):
    assert company.execute("""
        select count(*)
        from stripe.invoice
        left join (
            select invoice_id, sum(amount - coalesce(discount_amount, 0)) as total
            from stripe.invoice_line_item
            group by invoice_id
        ) as lines on lines.invoice_id = invoice.id
        where lines.total is distinct from invoice.total
    """).fetchone() == (0,)


def test_a_deal_is_as_its_last_change_left_it(company):
    wrong = company.execute("""
        select opportunity.id
        from salesforce.opportunity
        left join (
            select opportunity_id, max_by(opportunity_history, created_date) as newest
            from salesforce.opportunity_history
            group by opportunity_id
        ) as history on history.opportunity_id = opportunity.id
        where
            newest.stage_name is distinct from opportunity.stage_name
            or newest.amount is distinct from opportunity.amount
            or newest.close_date is distinct from opportunity.close_date
    """).fetchall()
    assert wrong == []


@pytest.mark.parametrize(
    ("table", "column", "parent"),
    [
        ("salesforce.contact", "account_id", "salesforce.account"),
        ("salesforce.opportunity", "account_id", "salesforce.account"),
        ("salesforce.opportunity", "campaign_id", "salesforce.campaign"),
        ("salesforce.opportunity", "owner_id", "salesforce.user"),
        ("salesforce.opportunity_contact_role", "contact_id", "salesforce.contact"),
        ("salesforce.opportunity_contact_role", "opportunity_id", "salesforce.opportunity"),
        ("salesforce.lead", "converted_contact_id", "salesforce.contact"),
        ("salesforce.lead", "converted_opportunity_id", "salesforce.opportunity"),
        ("salesforce.lead", "owner_id", "salesforce.user"),
        ("salesforce.lead_history", "lead_id", "salesforce.lead"),
        ("salesforce.campaign_member", "campaign_id", "salesforce.campaign"),
        ("salesforce.user", "manager_id", "salesforce.user"),
        ("marketo.lead", "sfdc_lead_id", "salesforce.lead"),
        ("stripe.invoice", "customer_id", "stripe.customer"),
        ("stripe.invoice", "subscription_id", "stripe.subscription"),
        ("stripe.invoice_line_item", "invoice_id", "stripe.invoice"),
        ("stripe.subscription_item", "plan_id", "stripe.price"),
        ("stripe.refund", "charge_id", "stripe.charge"),
        ("calendly.invitee", "event_uri", "calendly.event"),
    ],
)
def test_links_lead_somewhere(company, table, column, parent):
    key = "uri" if parent == "calendly.event" else "id"
    orphans = company.execute(f"""
        select distinct {column} from {table} where {column} is not null and {column} not in (select {key} from {parent})
    """).fetchall()
    assert orphans == []


def test_every_planted_case_is_documented_and_in_the_data(edge_company):
    readme = (ROOT / "scripts" / "demo_company" / "README.md").read_text(encoding="utf-8")
    assert planted.markdown_table() in readme
    folder = edge_company / "raw"
    content = {
        name: text.decode()
        for name, text in files_of(folder).items()
        if not name.startswith("truth/")
    }
    for case in planted.cases():
        for table, rows in case.rows.items():
            written = content[table.replace(".", "/") + ".csv"]
            for row in rows:
                key = row.get("id") or row.get("uri") or row.get("subject_id")
                assert key in written, (case.name, table)
    for table, rows in planted.UNREADABLE.items():
        for row in rows:
            assert row["id"] in content[table.replace(".", "/") + ".csv"]
    assert "31/02/2024" in content["salesforce/opportunity.csv"]
    spend = f"read_csv('{folder}/google_ads/campaign_stats.csv', all_varchar = true)"
    assert duckdb.execute(
        f"select count(*) from {spend} where id = '5001' and date = '2024-05-06'"
    ).fetchone() == (2,)


def test_a_company_without_edge_cases_has_none_of_their_records(small):
    _, files = small
    assert "truth/planted_cases.csv" not in files
    planted_ids = {
        row["id"]
        for case in planted.cases()
        for rows in case.rows.values()
        for row in rows
        if "X" in row.get("id", "")
    }
    assert len(planted_ids) > 250
    for name, content in files.items():
        values = set(re.split(r'[,"\n]', content.decode()))
        assert values & planted_ids == set(), name


def test_edge_cases_add_rows_and_change_none(small, edge_company):
    folder, files = small
    for name in files:
        if name.startswith(("rules/", "truth/")):
            continue
        whole, plain = (
            f"read_csv('{place / name}', all_varchar = true)"
            for place in (edge_company / "raw", folder)
        )
        assert duckdb.execute(
            f"select count(*) from (from {plain} except all from {whole})"
        ).fetchone() == (0,), name


def test_rates_are_weekly_and_move_little():
    rows = rates.weekly_rates()
    for currency in ("EUR", "GBP", "JPY"):
        days = [day for day, of, _ in rows if of == currency]
        values = [float(rate) for _, of, rate in rows if of == currency]
        assert days[0].isoformat() == "2024-01-01" and days[-1].isoformat() == "2025-12-29"
        assert all((later - day).days == 7 and day.weekday() == 0 for day, later in pairwise(days))
        assert all(abs(later / value - 1) < 0.02 for value, later in pairwise(values))


def test_truth_has_a_row_per_channel_and_the_baseline(company):
    effects = dict(
        company.execute("select channel, incremental_revenue from truth.channel_effects").fetchall()
    )
    (total,) = company.execute("select max(revenue_with) from truth.channel_effects").fetchone()
    assert set(effects) == {
        "(baseline)",
        *dict.fromkeys(
            channel for (channel,) in company.execute("select channel from effects").fetchall()
        ),
    }
    assert effects["Direct"] == 0
    assert all(0 <= value <= total for value in effects.values())
    assert effects["(baseline)"] < total / 2
    # What the channels bring about together is more than nothing and, as they need each other, counted more than once.
    assert (
        sum(value for channel, value in effects.items() if channel != "(baseline)")
        > total - effects["(baseline)"]
    )


def test_truth_revenue_is_the_won_new_business_of_the_raw_data(company):
    (raw,) = company.execute("""
        select sum((amount * rate)::decimal(18, 2))
        from salesforce.opportunity
        inner join exchange_rates on exchange_rates.day = created_date::date and exchange_rates.currency = currency_iso_code
        where type = 'New Business' and is_won
    """).fetchone()
    assert company.execute(
        "select distinct revenue_with from truth.channel_effects"
    ).fetchall() == [(raw,)]


def test_nobody_gets_further_without_a_channel_than_with_it(company):
    assert company.execute("""
        select count(*)
        from won_scenarios
        inner join won_scenarios as full_run on full_run.company = won_scenarios.company and full_run.dropped = '(none)'
        where won_scenarios.is_won and not full_run.is_won
    """).fetchone() == (0,)


def test_truth_knows_every_device_and_every_person_of_the_raw_data(company):
    devices = f"""
        select anonymous_id from ({web.BUILDERS["pages"]("true")})
        except select anonymous_id from truth.devices
    """
    assert company.execute(f"select count(*) from ({devices})").fetchone() == (0,)
    assert company.execute("""
        select count(*) from (
            select id from salesforce.lead
            union all
            select id from salesforce.contact
        ) as records
        where id not in (select identifier from truth.people)
    """).fetchone() == (0,)
    # Turns of one device do not overlap.
    assert company.execute("""
        select count(*) from (
            select used_from <= lag(used_to) over (partition by anonymous_id order by used_from) as is_overlap
            from truth.devices
        )
        where is_overlap
    """).fetchone() == (0,)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--web-events", "4999", "--out", "x"],
        ["--web-events", "6000"],
        ["--edge-cases", "--seeds", "x"],
    ],
)
def test_impossible_requests_are_refused_before_anything_is_written(
    arguments, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        generate_data.main(arguments)
    assert "error:" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

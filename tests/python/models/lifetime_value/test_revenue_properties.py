"""
Conservation of recurring revenue: the models' own SQL, as dbt compiles it, on small random histories; and one large
company the whole way through dbt, with what cannot be true set aside.
"""

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal, localcontext
from itertools import pairwise
from pathlib import Path
from random import Random

import duckdb
import pytest
from billing_histories import (
    Histories,
    account_of,
    add_months,
    expected_bridge,
    expected_movements,
    expected_revenue,
    month_of,
    reporting_amount,
    segment_of,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import connect, dbt, own_data, write_csv

AS_OF = date(2025, 10, 17)  # within a month: its MRR is that of the day
CUSTOMERS = 150
FLOW = (
    "int_customer_accounts",
    "int_exchange_rates",
    "int_revenue_lines_set_aside",
    "int_subscription_versions",
    "int_revenue_rates",
    "int_revenue_lines",
    "int_recurring_lines",
    "int_service_shares",
    "int_recognised_revenue",
    "int_revenue_by_month",
    "int_mrr_by_month",
    "int_customer_orders",
    "int_customers",
    "fct_revenue_by_month",
    "fct_mrr_movements",
    "rpt_mrr_bridge",
)
INPUTS = {
    "canonical.as_of": "as_of_date date",
    "canonical.people": "person_id varchar, account_id varchar",
    "canonical.raw_ledger": "raw_table varchar, entry varchar, raw_id varchar",
    "canonical.subscriptions": """source_system varchar, subscription_id varchar, customer_id varchar, account_id varchar,
        plan_name varchar, product_line varchar, billing_interval varchar, currency varchar, status varchar,
        quantity decimal(18, 2), unit_amount decimal(18, 6), discount_amount decimal(18, 2), valid_from date,
        valid_to date, started_at timestamp, ended_at timestamp""",
    "canonical.revenue_lines": """source_system varchar, line_id varchar, order_id varchar, refunded_line_id varchar,
        line_type varchar, customer_id varchar, account_id varchar, person_id varchar, subscription_id varchar,
        product_line varchar, currency varchar, amount decimal(18, 2), is_recurring boolean, service_start_date date,
        service_end_date date, revenue_at timestamp""",
    "intermediate.int_accounts": "account_id varchar, account_name varchar, segment varchar",
    "intermediate.int_record_survivors": "record_type varchar, merged_id varchar, survivor_id varchar",
    "rules.fx_rates": "rate_date date, currency varchar, base_currency varchar, rate decimal(18, 8)",
    "rules.gross_margins": "product_line varchar, gross_margin decimal(8, 6)",
}
REVENUE = (
    "select customer_id, product_line, period_month, recurring_amount, one_off_amount, refunded_amount,"
    " net_amount, is_deferred from marts.fct_revenue_by_month"
)
MOVEMENTS = (
    "select customer_id, period_month, start_mrr, opening_mrr, new_mrr, reactivation_mrr, expansion_mrr,"
    " contraction_mrr, churn_mrr, end_mrr from marts.fct_mrr_movements"
)
BRIDGE = (
    "select segment, period_month, start_mrr, opening_mrr, new_mrr, reactivation_mrr, expansion_mrr,"
    " contraction_mrr, churn_mrr, end_mrr, nrr, grr from marts.rpt_mrr_bridge"
)


@pytest.fixture(autouse=True)
def exact():
    with localcontext() as context:
        context.prec = 60
        yield


class Models:
    """The models' compiled SQL, to be run on given histories in a database in memory."""

    def __init__(self, statements: dict[str, str]) -> None:
        self.statements = statements
        self.database = duckdb.connect()
        self.execute("attach ':memory:' as build")
        self.execute("use build; set threads = 1; set TimeZone = 'UTC'")
        schemas = re.findall(r'"build"\."(\w+)"', " ".join(statements.values()))
        for schema in {*schemas, "intermediate", "marts"}:
            self.execute(f"create schema if not exists {schema}")
        for table, columns in INPUTS.items():
            self.execute(f"create table {table} ({columns})")

    def execute(self, query: str, values: list = ()) -> list[tuple]:
        return self.database.execute(query, values).fetchall()

    def insert(self, table: str, rows: list[dict]) -> None:
        self.execute(f"delete from {table}")
        if rows:
            places = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * len(rows))
            self.execute(
                f"insert into {table} ({', '.join(rows[0])}) values {places}",
                [value for row in rows for value in row.values()],
            )

    def build(self, histories: Histories) -> None:
        customers = {row["customer_id"] for row in histories.subscriptions + histories.lines}
        accounts = [
            {"account_id": account, "segment": segment_of(account)}
            for account in sorted(filter(None, map(account_of, customers)))
        ]
        self.insert("canonical.as_of", [{"as_of_date": histories.as_of}])
        self.insert("canonical.subscriptions", histories.subscriptions)
        self.insert("canonical.revenue_lines", histories.lines)
        self.insert("intermediate.int_accounts", accounts)
        self.insert("rules.fx_rates", rates_of(histories))
        for name, sql in self.statements.items():
            schema = "intermediate" if name.startswith("int_") else "marts"
            self.execute(f"create or replace table {schema}.{name} as {sql}")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    place = tmp_path_factory.mktemp("compiled")
    dbt(
        place,
        f"compile --quiet --select {' '.join(FLOW)}",
        own_data(place, AS_OF.isoformat(), billing=["generic"]),
    )
    compiled = {
        path.stem: path.read_text() for path in (place / "target" / "compiled").rglob("*.sql")
    }
    return Models({name: compiled[name] for name in FLOW})


def rates_of(histories: Histories) -> list[dict]:
    return [
        {"rate_date": day, "currency": currency, "base_currency": "USD", "rate": rate}
        for currency, dated in histories.rates.items()
        for day, rate in dated
    ]


@st.composite
def small_histories(draw) -> Histories:
    as_of = draw(st.sampled_from([AS_OF, date(2025, 10, 31), date(2024, 2, 29)]))
    return Histories(draw(st.randoms(use_true_random=False)), draw(st.integers(0, 4)), as_of)


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(histories=small_histories())
def test_recurring_revenue_is_conserved(models: Models, histories: Histories) -> None:
    models.build(histories)
    check_revenue(models, histories)
    movements = {row[:2]: row[2:] for row in models.execute(MOVEMENTS)}
    assert movements == expected_movements(histories)
    check_chains(movements, histories)
    check_renewals(movements, histories)
    check_bridge(models, movements)


def check_revenue(models: Models, histories: Histories) -> None:
    """Nothing is created or lost, in all and by customer; each month has what the definitions give it."""
    revenue = {row[:3]: row[3:] for row in models.execute(REVENUE)}
    assert revenue == expected_revenue(histories)
    delivered, earned = defaultdict(Decimal), defaultdict(Decimal)
    for line in histories.lines:
        delivered[line["customer_id"] or "(unknown)"] += reporting_amount(histories, line)
    for (customer, _, _), amounts in revenue.items():
        earned[customer] += amounts[3]
    assert earned == delivered


def check_chains(movements: dict[tuple, tuple], histories: Histories) -> None:
    """A month begins with what the last one ended with; none is left out, and none lies beyond as_of."""
    rows = sorted((*key, *row) for key, row in movements.items())
    for before, row in pairwise([*rows, (None,) * 10]):
        if before[0] == row[0]:
            assert row[1] == add_months(before[1], 1)
            assert row[2] == before[9]
        else:
            assert before[1] == month_of(histories.as_of)
    firsts = {row[0]: row for row in reversed(rows)}
    for row in firsts.values():
        assert row[2] == 0
        assert sorted(row[3:5]) == [0, row[9]]
        assert row[9] > 0
    assert all(row[3] == row[4] == 0 for row in rows if row != firsts[row[0]])
    assert all(sum(row[2:7]) - row[7] - row[8] == row[9] for row in rows)


def check_renewals(movements: dict[tuple, tuple], histories: Histories) -> None:
    """Exchange rates move nothing, and a change of plan is neither churn nor new."""
    for customer, most in (("flat", 0), ("changes plan", 1), ("flat invoices", 0)):
        rows = [row for (whose, _), row in sorted(movements.items()) if whose == customer]
        first = min(
            row.get("valid_from") or row.get("service_start_date")
            for row in histories.subscriptions + histories.lines
            if row["customer_id"] == customer
        )
        as_of = histories.as_of
        assert len(rows) == (as_of.year - first.year) * 12 + as_of.month - first.month + 1
        assert not any(row[1] or row[2] or row[3] or row[6] for row in rows[1:])
        assert sum(row[4] != 0 or row[5] != 0 for row in rows[1:]) <= most


def check_bridge(models: Models, movements: dict[tuple, tuple]) -> None:
    """Sums of the movements by segment and in all, to the cent; retention on those of 12 months before."""
    expected = {
        key: (*sums[:8], *((float(part / sums[8]) if sums[8] else None) for part in sums[9:]))
        for key, sums in expected_bridge(movements).items()
    }
    found = {row[:2]: row[2:] for row in models.execute(BRIDGE)}
    assert {key: row[:8] for key, row in found.items()} == {
        key: row[:8] for key, row in expected.items()
    }
    for key, row in found.items():
        assert row[8:] == pytest.approx(expected[key][8:], abs=1e-9)


def contradictions(histories: Histories) -> dict[str, dict]:
    """Rows that cannot be true, by the reason for which they are set aside: delivered, and in no result."""
    sale = histories.add_line("bad", date(2024, 5, 1), "sale", Decimal(100))
    refunds = {"refunded_line_id": sale["line_id"], "currency": sale["currency"]}
    histories.add_line("bad", date(2024, 6, 1), "refund", Decimal(-70)).update(refunds)

    def bad(kind: str, amount: int, **columns) -> dict:
        histories.add_line("bad", date(2024, 7, 1), kind, Decimal(amount)).update(columns)
        return histories.lines.pop()

    ends_early = {"service_start_date": date(2024, 7, 2), "service_end_date": date(2024, 7, 1)}
    version = {**histories.subscriptions[0], "customer_id": "bad", "subscription_id": "SX"}
    late = {"valid_from": date(2024, 7, 2), "valid_to": date(2024, 7, 1)}
    ended = {"started_at": date(2024, 7, 2), "ended_at": date(2024, 7, 1)}
    # Ids of their own: add_line counts the lines that are left.
    return {
        "service ends before it starts": bad("sale", 10, line_id="X1", **ends_early),
        "its subscription is not among the subscriptions": bad(
            "sale", 20, line_id="X2", subscription_id="nobody knows it"
        ),
        "more is refunded than its line was": bad("refund", -31, line_id="X3", **refunds),
        "currency is missing": bad("sale", 40, line_id="X4", currency=None),
        "valid_to is before valid_from": {**version, **late},
        "ended_at is before started_at": {
            **version,
            "subscription_id": "SY",
            "valid_to": None,
            **ended,
        },
    }


@pytest.fixture(scope="module")
def large() -> Histories:
    return Histories(Random(1), CUSTOMERS, AS_OF)


@pytest.fixture(scope="module")
def set_aside(large: Histories) -> dict[str, dict]:
    return contradictions(large)


@pytest.fixture(scope="module")
def built(large: Histories, set_aside: dict[str, dict], tmp_path_factory: pytest.TempPathFactory):
    tmp_path = tmp_path_factory.mktemp("histories")
    raw: Path = tmp_path / "raw"
    bad_lines = [row for row in set_aside.values() if "line_id" in row]
    bad_versions = [row for row in set_aside.values() if "plan_name" in row]
    write_csv(raw / "generic" / "subscriptions.csv", large.subscriptions + bad_versions)
    write_csv(raw / "generic" / "revenue_lines.csv", large.lines + bad_lines)
    write_csv(raw / "rules" / "fx_rates.csv", rates_of(large))
    marts = "fct_revenue_by_month rpt_mrr_bridge fct_customer_value rpt_rejected_rows rpt_source_reconciliation"
    dbt(
        tmp_path,
        f"build --quiet --select {' '.join('+' + mart for mart in marts.split())}"
        " --exclude-resource-type test unit_test",
        own_data(raw, AS_OF.isoformat(), billing=["generic"]),
    )
    with connect(tmp_path) as database:
        yield database


def test_a_company_through_dbt_equals_the_definitions(large: Histories, built) -> None:
    revenue = {row[:3]: row[3:] for row in built.execute(REVENUE).fetchall()}
    assert revenue == expected_revenue(large)
    movements = expected_movements(large)
    assert {row[:2]: row[2:] for row in built.execute(MOVEMENTS).fetchall()} == movements
    # The histories hold what the definitions are about.
    assert all(any(row[column] > 0 for row in movements.values()) for column in range(8))


def test_a_customer_is_valued_once(built) -> None:
    """A customer with contracts and orders has one value, by its contracts; revenue so far is what was earned."""
    contracted = {row[0] for row in built.execute(MOVEMENTS).fetchall()}
    values = built.execute(
        "select customer_id, is_contractual, revenue_to_date, mrr from marts.fct_customer_value"
    ).fetchall()
    assert len({row[0] for row in values}) == len(values)
    assert contracted <= {row[0] for row in values if row[1]}
    earned = built.execute(
        "select sum(net_amount) from marts.fct_revenue_by_month"
        " where not is_deferred and customer_id <> '(unknown)'"
    ).fetchone()[0]
    assert sum(row[2] for row in values) == earned


def test_contradictions_are_named_set_aside_and_reconciled(set_aside: dict, built) -> None:
    found = built.execute(
        "select rejection_reason, sum(rows_count) from operations.rpt_rejected_rows"
        " where raw_table in ('revenue_lines', 'subscriptions') group by rejection_reason"
    ).fetchall()
    assert dict(found) == dict.fromkeys(set_aside, 1)
    differences = built.execute(
        "select source_system, measure from operations.rpt_source_reconciliation where difference <> 0"
    ).fetchall()
    assert differences == []
    in_the_models = built.execute(
        "select set_aside_value from operations.rpt_source_reconciliation"
        " where measure = 'amount of revenue lines as delivered'"
    ).fetchone()[0]
    assert in_the_models == 20 - 31

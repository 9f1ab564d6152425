"""An invented ChartMogul export in the shape of its API: every line and refund arrives to the cent or is set aside."""

from datetime import date
from decimal import Decimal

import pytest
from support import connect, dbt, own_data, write_csv

pytestmark = pytest.mark.slow


def line(id: str, invoice: str, amount: int, tax: int = 0, **others: str) -> dict[str, str]:
    cents = {"amount_in_cents": str(amount), "tax_amount_in_cents": str(tax)}
    return {"uuid": id, "invoice_uuid": invoice, "type": "one_time", **cents, **others}


def recurring(id: str, invoice: str, amount: int, tax: int, start: str, end: str) -> dict[str, str]:
    service = {"service_period_start": start, "service_period_end": end}
    return line(id, invoice, amount, tax, type="subscription", subscription_uuid="sub_1", **service)


def invoice(id: str, day: str, currency: str = "EUR", **others: str) -> dict[str, str]:
    return {"uuid": id, "customer_uuid": "cus_1", "currency": currency, "date": day, **others}


def refund(id: str, invoice: str, amount: str, **others: str) -> dict[str, str]:
    fields = {"uuid": id, "invoice_uuid": invoice, "amount_in_cents": amount, "date": "2025-05-01"}
    return {**fields, "type": "refund", "result": "successful", **others}


EXPORT = {
    "customer": [{"uuid": "cus_1", "external_id": "c1", "custom_account_id": "a1"}],
    "plan": [{"uuid": "pl_1", "name": "Gold"}],
    "invoice": [
        invoice("inv_year", "2025-01-01T00:00:00.000Z"),
        invoice("inv_month", "2025-02-01T00:00:00.000Z"),
        invoice("inv_yen", "2025-02-01T00:00:00.000Z", "JPY"),
        invoice("inv_void", "2025-02-01T00:00:00.000Z", status="void"),
        invoice("inv_off", "2025-02-01T00:00:00.000Z", disabled="true"),
        invoice("inv_later", "2026-02-01T00:00:00.000Z"),
    ],
    "invoice_line_item": [
        recurring("li_1", "inv_year", 142803, 22803, "2025-01-01", "2026-01-01")
        | {"plan_uuid": "pl_1"},
        recurring("li_2", "inv_month", 5001, 0, "2025-02-01", "2025-03-01"),
        recurring("li_3", "inv_month", -1702, 0, "2025-02-01", "2025-03-01"),
        line("li_4", "inv_month", 2950, 450),
        line("li_5", "inv_yen", 1200),
        line("li_6", "inv_void", 100),
        line("li_7", "inv_off", 100),
        line("li_8", "inv_later", 100),
        line("li_9", "inv_gone", 100),
        line("li_10", "inv_month", 100) | {"amount_in_cents": "one"},
    ],
    "transaction": [
        refund("tr_1", "inv_year", ""),
        refund("tr_2", "inv_month", "1000"),
        refund("tr_3", "inv_month", "1000", result="failed"),
        refund("tr_4", "inv_year", "142803", type="payment"),
        refund("tr_5", "inv_void", "100"),
    ],
}
# Of inv_month 57.99 were invoiced without, 62.49 with tax, so 10.00 with tax are 9.28 without.
LINES = {
    "li_1": ("sale", "1200.00", "EUR", True, date(2025, 1, 1), date(2026, 1, 1)),
    "li_2": ("sale", "50.01", "EUR", True, date(2025, 2, 1), date(2025, 3, 1)),
    "li_3": ("sale", "-17.02", "EUR", True, date(2025, 2, 1), date(2025, 3, 1)),
    "li_4": ("sale", "25.00", "EUR", False, None, None),
    "li_5": ("sale", "1200.00", "JPY", False, None, None),
    "tr_1": ("refund", "-1200.00", "EUR", False, None, None),
    "tr_2": ("refund", "-9.28", "EUR", False, None, None),
}
ASIDE = {
    "li_6": "its invoice is void or disabled",
    "li_7": "its invoice is void or disabled",
    "li_8": "dated after as_of",
    "li_9": "its invoice is not among the invoices",
    "li_10": "amount_in_cents is not a bigint",
    "tr_5": "its invoice is void or disabled",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("chartmogul")
    for table, rows in EXPORT.items():
        write_csv(place / "raw" / "chartmogul" / f"{table}.csv", rows)
    rates = [
        {"rate_date": "2025-02-01", "currency": "JPY", "base_currency": "EUR", "rate": "0.006"}
    ]
    write_csv(place / "raw" / "rules" / "fx_rates.csv", rates)
    dbt(
        place,
        "build --select +int_recurring_lines +stg_chartmogul__raw_ledger --indirect-selection buildable"
        " --exclude-resource-type test unit_test",
        own_data(place / "raw", "2025-12-31", billing=["chartmogul"])
        | {"reporting_currency": "EUR"},
    )
    with connect(place) as connection:
        yield connection


def test_lines_and_refunds_arrive_to_the_cent(built):
    rows = built.execute(
        "select line_id, line_type, amount, currency, is_recurring, service_start_date, service_end_date"
        " from canonical.revenue_lines"
    ).fetchall()
    expected = {
        id: (kind, Decimal(amount), *others) for id, (kind, amount, *others) in LINES.items()
    }
    assert {id: tuple(row) for id, *row in rows} == expected
    of_year = built.execute(
        "select customer_id, account_id, subscription_id, product_line, order_id, revenue_at::varchar"
        " from canonical.revenue_lines where line_id = 'li_1'"
    ).fetchall()
    assert of_year == [("cus_1", "a1", "sub_1", "Gold", "inv_year", "2025-01-01 00:00:00")]


def test_rows_in_are_rows_out_and_rows_set_aside(built):
    aside = built.execute(
        "select raw_id, rejection_reason from staging.stg_chartmogul__raw_ledger"
        " where entry = 'set aside' and rows_of = 'revenue_lines'"
    ).fetchall()
    assert dict(aside) == ASIDE
    for table, in_amount in (("invoice_line_item", "2461.99"), ("transaction", "-1210.28")):
        ((rows, amount),) = built.execute(
            "select sum(rows_count) filter (where entry = 'delivered')"
            " - coalesce(sum(rows_count) filter (where entry <> 'delivered'), 0),"
            " sum(amount) filter (where entry = 'delivered') from staging.stg_chartmogul__raw_ledger"
            " where raw_table = ?",
            [table],
        ).fetchall()
        prefix = "li" if table == "invoice_line_item" else "tr"
        assert rows == sum(id.startswith(prefix) for id in LINES)
        assert amount == Decimal(in_amount)
    ((set_aside, arrived),) = built.execute(
        "select (select sum(amount) from staging.stg_chartmogul__raw_ledger where entry = 'set aside'),"
        " (select sum(amount) from canonical.revenue_lines)"
    ).fetchall()
    assert arrived + set_aside == Decimal("2461.99") + Decimal("-1210.28")


def test_mrr_follows_from_the_service_periods(built):
    rows = built.execute(
        "select invoice_id, mrr, active_from from intermediate.int_recurring_lines order by 1"
    ).fetchall()
    assert rows == [
        ("inv_month", Decimal("50.01"), date(2025, 2, 1)),
        ("inv_year", Decimal("100.00"), date(2025, 1, 1)),
    ]

"""A real shop (UCI Online Retail) through the generic vendor's revenue lines, against plain Python on the raw rows."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest
from online_retail import AS_REVENUE_LINES
from support import connect, dbt, own_data, real_data

pytestmark = pytest.mark.slow

AS_OF = date(2011, 12, 31)
TOTAL = Decimal("9747747.93")
DUPLICATES_COUNT = 5268
MODELS = "+fct_revenue_by_month +rpt_retention_cohorts +rpt_rejected_rows +fct_mrr_movements"


def distinct_lines(raw: Path) -> Iterator[tuple[str | None, bool, Decimal, date]]:
    """Customer, whether a sale, amount and month of every distinct raw row."""
    rows = duckdb.execute("select * from read_parquet(?)", [str(raw)]).fetchall()
    for invoice, _, _, quantity, moment, price, customer, _ in set(rows):
        amount = Decimal(str(round(quantity * price, 6))).quantize(Decimal("0.01"), ROUND_HALF_UP)
        is_sale = not invoice.startswith("C") and amount >= 0
        yield (
            (str(int(customer)) if customer else None),
            is_sale,
            amount,
            moment.date().replace(day=1),
        )


def expected_cohorts(lines: list[tuple]) -> dict[tuple[date, int], tuple[int, int, Decimal]]:
    """Cohort month and months since -> customers, retained customers, net revenue; full months only."""
    first_sale: dict[str, date] = {}
    sale_months, net = defaultdict(set), defaultdict(Decimal)
    for customer, is_sale, amount, month in lines:
        if customer is None:
            continue
        net[customer, month] += amount
        if is_sale:
            sale_months[customer].add(month)
            first_sale[customer] = min(month, first_sale.get(customer, month))
    sizes = Counter(first_sale.values())
    cells: dict[tuple[date, int], tuple[int, int, Decimal]] = {}
    for cohort, size in sizes.items():
        members = [customer for customer, month in first_sale.items() if month == cohort]
        for since in range(13):
            year, month = divmod(cohort.year * 12 + cohort.month - 1 + since, 12)
            month = date(year, month + 1, 1)
            if month <= AS_OF:
                cells[cohort, since] = (
                    size,
                    sum(month in sale_months[customer] for customer in members),
                    sum((net[customer, month] for customer in members), Decimal(0)),
                )
    return cells


@pytest.fixture(scope="module")
def raw() -> Path:
    return real_data("online_retail") / "online_retail.parquet"


@pytest.fixture(scope="module")
def lines(raw: Path) -> list[tuple]:
    return list(distinct_lines(raw))


@pytest.fixture(scope="module")
def built(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    tmp_path = tmp_path_factory.mktemp("online_retail")
    folder = tmp_path / "raw" / "generic"
    folder.mkdir(parents=True)
    duckdb.execute(AS_REVENUE_LINES.format(raw=raw, target=folder / "revenue_lines.parquet"))
    dbt(
        tmp_path,
        f"build --quiet --select {MODELS} --exclude-resource-type test unit_test",
        {
            **own_data(tmp_path / "raw", AS_OF.isoformat()),
            "reporting_currency": "GBP",
        },
    )
    return connect(tmp_path)


def test_every_penny_is_in_a_month_or_listed_as_set_aside(built: duckdb.DuckDBPyConnection) -> None:
    net = built.execute("select sum(net_amount) from marts.fct_revenue_by_month").fetchone()[0]
    reasons = built.execute(
        "select rejection_reason, rows_count, amount from operations.rpt_rejected_rows"
    ).fetchall()
    assert [(reason, rows) for reason, rows, _ in reasons] == [
        ("duplicate of line_id", DUPLICATES_COUNT)
    ]
    assert net + reasons[0][2] == TOTAL


def test_cancellations_stand_in_their_own_month_and_column(
    built: duckdb.DuckDBPyConnection, lines: list[tuple]
) -> None:
    expected: dict[date, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for _, is_sale, amount, month in lines:
        expected[month][0 if is_sale else 1] += amount
    found = built.execute(
        "select period_month, sum(one_off_amount), sum(refunded_amount) from marts.fct_revenue_by_month"
        " group by period_month"
    ).fetchall()
    assert {month: [sold, refunded] for month, sold, refunded in found} == expected


def test_lines_without_a_customer_are_in_totals_only(
    built: duckdb.DuckDBPyConnection, lines: list[tuple]
) -> None:
    anonymous = sum(amount for customer, _, amount, _ in lines if customer is None)
    found = built.execute(
        "select sum(net_amount) from marts.fct_revenue_by_month where customer_id = '(unknown)'"
    ).fetchone()[0]
    customers = built.execute(
        "select sum(customers_count) from marts.rpt_retention_cohorts"
        " where months_since = 0 and acquisition_channel = '(all)'"
    ).fetchone()[0]
    assert found == anonymous
    assert customers == len({customer for customer, is_sale, _, _ in lines if customer and is_sale})
    assert built.execute("select count(*) from marts.fct_mrr_movements").fetchone() == (0,)


def test_cohorts_equal_those_counted_by_hand(
    built: duckdb.DuckDBPyConnection, lines: list[tuple]
) -> None:
    rows = built.execute(
        "select cohort_month, months_since, customers_count, retained_customers_count, net_amount,"
        " logo_retention, mrr_retention, revenue_retention, is_mature"
        " from marts.rpt_retention_cohorts where acquisition_channel = '(all)'"
    ).fetchall()
    expected = expected_cohorts(lines)
    mature = {row[:2]: row for row in rows if row[-1]}
    assert {key: row[2:5] for key, row in mature.items()} == expected
    for (cohort, since), row in mature.items():
        assert row[5] == pytest.approx(row[3] / row[2], abs=1e-9)
        # Month 1 is the first full month; a shop has no MRR.
        of_revenue = float(row[4] / expected[cohort, 1][2]) if since else None
        assert row[6:8] == (None, pytest.approx(of_revenue, abs=1e-9) if since else None)
    # A cohort's future is unknown, not zero.
    assert all(row[3:8] == (None,) * 5 for row in rows if not row[-1])
    assert all(row[5] == 1 for row in mature.values() if row[1] == 0)

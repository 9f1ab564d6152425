"""
A real shop (UCI Online Retail) without opportunities and subscriptions: its revenue of September to November 2011, as
forecast at the end of August.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import score_forecast
from online_retail import AS_REVENUE_LINES
from support import connect, dbt, own_data, real_data

pytestmark = pytest.mark.slow

AS_OF = date(2011, 8, 31)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """The folder of the raw table and of what is built from it."""
    raw = real_data("online_retail") / "online_retail.parquet"
    place = tmp_path_factory.mktemp("online_retail_forecast")
    folder = place / "raw" / "generic"
    folder.mkdir(parents=True)
    duckdb.execute(AS_REVENUE_LINES.format(raw=raw, target=folder / "revenue_lines.parquet"))
    score_forecast.create_database(place / "warehouse" / "build.duckdb")
    dbt(
        place,
        f"build --quiet --select {score_forecast.INPUTS} {score_forecast.FORECAST}"
        " --exclude-resource-type test unit_test",
        {**own_data(place / "raw", AS_OF.isoformat()), "reporting_currency": "GBP"},
    )
    return place


@pytest.fixture(scope="module")
def revenue(place) -> dict[date, float]:
    """Month -> sales less refunds, each row once."""
    sums: dict[date, Decimal] = defaultdict(Decimal)
    for month, amount in duckdb.execute(
        f"""select date_trunc('month', revenue_at)::date, amount
        from (select distinct on (line_id) * from '{place}/raw/generic/revenue_lines.parquet')"""
    ).fetchall():
        sums[month] += amount
    return {month: float(amount) for month, amount in sums.items()}


def test_a_shop_is_forecast_at_its_level_and_misses_its_first_christmas(place, revenue):
    """Nine months have no season: model and baseline are both more than 40 % too low, and so is what is published."""
    level = sum(revenue[date(2011, month, 1)] for month in range(3, 9)) / 6
    trailing = sum(revenue[date(2011, month, 1)] for month in (6, 7, 8)) / 3
    with connect(place) as built:
        methods = built.execute(
            """select method, min(forecast_amount), max(forecast_amount)
            from intermediate.int_forecast_methods where months_ahead between 1 and 3 group by all"""
        ).fetchall()
        published = built.execute(
            """select target_month, forecast_amount, low_amount, high_amount, calibrated_on_count
            from marts.rpt_revenue_forecast
            where measure = 'revenue' and component = '(all)' and segment = '(all)'
            order by target_month limit 3"""
        ).fetchall()
        measures = built.execute(
            "select distinct measure, component from marts.rpt_revenue_forecast where component <> '(all)'"
        ).fetchall()
    assert {name: pytest.approx(least) for name, least, _ in methods} == {
        "model": level,
        "trailing_three_months": trailing,
    }
    assert all(least == most for _, least, most in methods)
    assert measures == [("revenue", "one_off")]
    assert [row[0] for row in published] == [date(2011, month, 1) for month in (9, 10, 11)]
    for _, amount, low, high, count in published:
        # The median of the model, counted twice, and one baseline.
        assert float(amount) == pytest.approx(level, abs=0.01)
        assert low < amount < high
        assert count == 0
    came = sum(revenue[date(2011, month, 1)] for month in (9, 10, 11))
    assert 3 * level / came - 1 == pytest.approx(-0.44, abs=0.005)
    assert 3 * trailing / came - 1 == pytest.approx(-0.42, abs=0.005)
    assert [revenue[row[0]] <= row[3] for row in published] == [False] * 3

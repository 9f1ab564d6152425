"""
What customers of a real shop (UCI Online Retail) will buy: nine months predict the next four, next to two naive
predictions; and the SQL that scores them against scripts/customer_value.
"""

import shutil
from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pytest
from customer_value import bg_nbd, gamma_gamma
from online_retail import AS_REVENUE_LINES
from scipy.stats import rankdata
from support import connect, dbt, own_data, real_data

pytestmark = pytest.mark.nightly

AS_OF = date(2011, 12, 9)  # the shop's last day
FITTED_UNTIL = date(2011, 8, 31)  # thirteen calendar months: the last four are held out
MODELS = "+fct_customer_value +rpt_clv_parameters +rpt_clv_backtest +rpt_repeat_purchase"


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    raw = real_data("online_retail") / "online_retail.parquet"
    tmp_path = tmp_path_factory.mktemp("online_retail_value")
    folder = tmp_path / "raw" / "generic"
    folder.mkdir(parents=True)
    duckdb.execute(AS_REVENUE_LINES.format(raw=raw, target=folder / "revenue_lines.parquet"))
    dbt(
        tmp_path,
        f"build --quiet --select {MODELS} --exclude-resource-type test unit_test",
        {
            **own_data(tmp_path / "raw", AS_OF.isoformat(), billing=["generic"]),
            "reporting_currency": "GBP",
        },
    )
    with connect(tmp_path) as database:
        yield database


@pytest.fixture(scope="module")
def purchases(shop) -> dict[str, list[tuple[date, float]]]:
    """Customer -> its purchase days and what was left of each at its end, oldest first."""
    lines = shop.execute(
        "select customer_id, cast(revenue_at as date), amount, line_type from canonical.revenue_lines"
        " where customer_id is not null"
    ).fetchall()
    amounts, sold = defaultdict(float), set()
    for customer, day, amount, line_type in lines:
        amounts[customer, day] += float(amount)
        if line_type == "sale":
            sold.add((customer, day))
    found = defaultdict(list)
    for customer, day in sorted(sold):
        found[customer].append((day, round(amounts[customer, day], 2)))
    return found


def histories(purchases, until: date) -> dict[str, tuple]:
    """Customer -> (x, t_x and T in weeks, mean amount of the repeat purchases or 0)."""
    found = {}
    for customer, days in purchases.items():
        seen = [(day, amount) for day, amount in days if day <= until]
        if seen:
            first = seen[0][0]
            again = [amount for _, amount in seen[1:]]
            found[customer] = (
                len(again),
                (seen[-1][0] - first).days / 7,
                (until - first).days / 7,
                sum(again) / len(again) if again else 0.0,
            )
    return found


def expected_amount(spending, x, m):
    """Conditional expectation of Gamma-Gamma; its mean p gamma / (q - 1) where x purchases are worth nothing."""
    p, q, scale = spending
    own = p * (scale + m * x) / (p * x + q - 1)
    return np.where((x > 0) & (m > 0), own, p * scale / (q - 1))


def parameters(shop, model: str, names) -> tuple[float, ...]:
    found = dict(
        shop.execute(
            "select parameter, estimate from marts.rpt_clv_parameters where model = ?", [model]
        ).fetchall()
    )
    return tuple(found[name] for name in names)


def test_the_parameters_are_those_of_a_fit_customer_by_customer(shop, purchases):
    for suffix, until in (("", AS_OF), ("_backtest", FITTED_UNTIL)):
        x, t_x, T, m = (  # noqa: N806
            np.array(c) for c in zip(*histories(purchases, until).values(), strict=True)
        )
        buying = bg_nbd.fit_bg_nbd(x, t_x, T, np.ones(len(x)))
        found = parameters(shop, f"bg_nbd{suffix}", bg_nbd.NAMES)
        assert found[:2] == pytest.approx(tuple(buying.parameters.values())[:2], rel=1e-4)
        again = (x > 0) & (m > 0)
        spending = gamma_gamma.fit_gamma_gamma(x[again], m[again], np.ones(again.sum()))
        assert parameters(shop, f"gamma_gamma{suffix}", gamma_gamma.NAMES) == pytest.approx(
            tuple(spending.parameters.values()), rel=1e-4
        )


def test_repeat_purchases_worth_nothing_are_valued_at_the_population_mean(purchases, shop):
    """The shop has such customers: what they bought again was cancelled on its day."""
    known = histories(purchases, AS_OF)
    worthless = [c for c, (x, _, _, m) in known.items() if x > 0 and m <= 0]
    assert worthless
    spending = parameters(shop, "gamma_gamma", gamma_gamma.NAMES)
    x, _, _, m = (np.array(column) for column in zip(*map(known.get, worthless), strict=True))
    assert gamma_gamma.expected_value(spending, x, m) == pytest.approx(
        expected_amount(spending, x, m), rel=1e-12
    )
    ahead = shop.execute(
        "select min(clv) from marts.fct_customer_value where list_contains(?, customer_id)",
        [worthless],
    ).fetchone()[0]
    assert ahead > 100


def test_customers_are_scored_as_the_formulas_say(shop, purchases):
    """In SQL by a series, here by scipy's hypergeometric function; 36 months, 10 % a year, margin 80 %."""
    buying = parameters(shop, "bg_nbd", bg_nbd.NAMES)
    spending = parameters(shop, "gamma_gamma", gamma_gamma.NAMES)
    known = histories(purchases, AS_OF)
    x, t_x, T, m = (np.array(column, dtype=float) for column in zip(*known.values(), strict=True))  # noqa: N806
    value, before = np.zeros(len(x)), np.zeros(len(x))
    for month in range(1, 37):
        until = bg_nbd.expected_purchases(buying, x, t_x, T, month * 365.25 / 84)
        value += (until - before) * 1.1 ** (-month / 12)
        before = until
    value *= expected_amount(spending, x, m) * 0.8
    alive = bg_nbd.probability_alive(buying, x, t_x, T)
    found = {
        row[0]: row[1:]
        for row in shop.execute(
            "select customer_id, probability_alive, expected_purchases, clv from marts.fct_customer_value"
            " where clv_method = 'bg_nbd_gamma_gamma'"
        ).fetchall()
    }
    assert set(found) == set(known)
    for customer, *expected in zip(known, alive, before, value, strict=True):
        assert found[customer][:2] == pytest.approx(expected[:2], rel=1e-9)
        assert float(found[customer][2]) == pytest.approx(expected[2], abs=0.006)


def test_nine_months_predict_the_next_four(shop, purchases):
    rows = shop.execute(
        "select method, predicted, actual, mae, rmse, rank_correlation, relative_error, fitted_until_date"
        " from marts.rpt_clv_backtest where decile = '(all)'"
    ).fetchall()
    results = {row[0]: row[1:] for row in rows}
    assert set(results) == {"bg_nbd_gamma_gamma", "past_rate", "overall_mean"}
    held_out = {
        customer: sum(day > FITTED_UNTIL for day, _ in purchases[customer])
        for customer in histories(purchases, FITTED_UNTIL)
    }
    assert {row[1] for row in results.values()} == {sum(held_out.values())}
    assert {row[6] for row in results.values()} == {FITTED_UNTIL}
    known = histories(purchases, FITTED_UNTIL)
    rates = {
        c: x * (AS_OF - FITTED_UNTIL).days / 7 / max(T, 1) for c, (x, _, T, _) in known.items()
    }
    assert results["past_rate"][0] == pytest.approx(sum(rates.values()), rel=1e-9)
    errors = np.array([rates[customer] - held_out[customer] for customer in known])
    assert results["past_rate"][2] == pytest.approx(np.abs(errors).mean(), rel=1e-9)
    assert results["past_rate"][3] == pytest.approx(np.sqrt((errors**2).mean()), rel=1e-9)
    # A Christmas shop and a model that knows no seasons: it predicts too little, but not by a quarter.
    model = results["bg_nbd_gamma_gamma"]
    assert -0.25 < model[5] < 0
    assert model[3] <= 1.05 * min(results["past_rate"][3], results["overall_mean"][3])
    assert model[4] > 0.5


def test_errors_by_decile_are_those_of_the_predictions(shop, purchases):
    """Purchases and revenue of each customer by the formulas, compared with what came, tenth by tenth."""
    known = histories(purchases, FITTED_UNTIL)
    x, t_x, T, m = (np.array(column, dtype=float) for column in zip(*known.values(), strict=True))  # noqa: N806
    buying = parameters(shop, "bg_nbd_backtest", bg_nbd.NAMES)
    spending = parameters(shop, "gamma_gamma_backtest", gamma_gamma.NAMES)
    weeks = (AS_OF - FITTED_UNTIL).days / 7
    predicted = bg_nbd.expected_purchases(buying, x, t_x, T, weeks)
    revenue = predicted * expected_amount(spending, x, m)
    later = [[a for day, a in purchases[c] if day > FITTED_UNTIL] for c in known]
    came, came_revenue = np.array([len(a) for a in later]), np.array([sum(a) for a in later])
    # Ranks are those among all customers; predictions that differ by less than 1e-9 are a tie.
    predicted_ranks, came_ranks = rankdata(np.round(predicted, 9)), rankdata(came)
    best_first = sorted(
        range(len(x)), key=lambda i: (-round(predicted[i], 9), list(known)[i].encode())
    )
    slices = {str(n + 1): part for n, part in enumerate(np.array_split(best_first, 10))}
    slices["(all)"] = np.arange(len(x))
    rows = shop.execute(
        "select decile, customers_count, predicted, actual, error, mae, rmse, predicted_revenue, actual_revenue,"
        " revenue_mae, revenue_rmse, rank_correlation from marts.rpt_clv_backtest"
        " where method = 'bg_nbd_gamma_gamma'"
    ).fetchall()
    assert {row[0] for row in rows} == set(slices)
    for name, *found, ranks in rows:
        part = slices[name]
        errors, of_revenue = (predicted - came)[part], (revenue - came_revenue)[part]
        assert found == pytest.approx(
            [
                len(part),
                predicted[part].sum(),
                came[part].sum(),
                errors.sum(),
                np.abs(errors).mean(),
                np.sqrt((errors**2).mean()),
                revenue[part].sum(),
                came_revenue[part].sum(),
                np.abs(of_revenue).mean(),
                np.sqrt((of_revenue**2).mean()),
            ],
            rel=1e-7,
            abs=1e-7,
        )
        # Two predictions that are a tie here may differ in the last digit there.
        by_hand = np.corrcoef(predicted_ranks[part], came_ranks[part])[0, 1]
        assert ranks == pytest.approx(by_hand, abs=1e-3)
    best = {row[0]: row[3] for row in rows}
    assert best["1"] > 3 * best["5"]


def test_an_order_cancelled_on_its_day_does_not_raise_the_value(shop):
    """Customer 16446 ordered for £168,470 and cancelled within minutes. It is valued at the population mean."""
    clv = shop.execute(
        "select clv from marts.fct_customer_value where customer_id = '16446'"
    ).fetchone()[0]
    assert clv < 5000


def test_repeat_purchases_by_cohort(shop, purchases):
    found = shop.execute(
        "select cohort_month, customers_count, repeat_customers_count, purchases_count, median_days_between"
        " from marts.rpt_repeat_purchase"
    ).fetchall()
    cohorts = defaultdict(list)
    for days in purchases.values():
        cohorts[days[0][0].replace(day=1)].append([day for day, _ in days])
    expected = []
    for month, members in cohorts.items():
        gaps = [(b - a).days for days in members for a, b in pairwise(days)]
        again = sum(len(days) > 1 for days in members)
        median = float(np.median(gaps)) if gaps else None
        expected.append((month, len(members), again, sum(map(len, members)), median))
    assert sorted(found) == sorted(expected)


def test_given_parameters_score_as_the_fit_does(tmp_path_factory, shop):
    """As on Spark, which cannot fit: the published parameters of another run, read from Parquet."""
    place = Path(
        shop.execute(
            "select path from duckdb_databases() where database_name = 'build'"
        ).fetchone()[0]
    ).parent
    given = tmp_path_factory.mktemp("given")
    shutil.copytree(place, given / "warehouse")
    shop.execute(f"copy marts.rpt_clv_parameters to '{given}/rpt_clv_parameters.parquet'")
    dbt(
        given,
        "run --quiet --select int_clv_parameters+ --exclude rpt_unit_economics rpt_maturity_indicators+",
        {
            **own_data(place.parent / "raw", AS_OF.isoformat(), billing=["generic"]),
            "reporting_currency": "GBP",
            "fitted_parameters_location": str(given),
        },
    )
    query = "select customer_id, clv_method, probability_alive, clv from marts.fct_customer_value order by all"
    with connect(given) as database:
        assert database.execute(query).fetchall() == shop.execute(query).fetchall()
        fitted = database.execute(
            "select count(*), count(estimate) from marts.rpt_clv_parameters"
        ).fetchone()
    assert fitted == (14, 14)

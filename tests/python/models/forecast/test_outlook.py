"""Bookings by channel: each part of the outlook is split by credits that are recomputed here."""

from collections import defaultdict

import pytest


def read(database, query):
    return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def outlook(built_company):
    rows = read(
        built_company,
        """select period_start, segment, channel, won_amount, expected_open_amount, expected_future_amount
        from marts.rpt_revenue_outlook
        where period_grain = 'month' and channel <> '(all)' and segment <> '(all)'""",
    )
    assert rows
    return rows


def assert_split(parts, weights, total):
    """Each part is its share of the total, up to the cent that rounding may move."""
    assert sum(parts.values()) == total
    for channel, part in parts.items():
        expected = float(total) * weights.get(channel, 0) / sum(weights.values())
        assert float(part) == pytest.approx(expected, abs=0.011)


def component(built_company, name):
    return {
        (month, segment): amount
        for month, segment, amount in read(
            built_company,
            f"""select target_month, segment, forecast_amount from marts.rpt_revenue_forecast
            where is_current and measure = 'bookings' and component = '{name}' and segment <> '(all)'""",
        )
    }


def test_what_is_in_the_pot_is_the_credit_of_won_opportunities(built_company, outlook):
    credited = read(
        built_company,
        """select date_trunc('month', o.closed_at)::date, o.segment, c.channel, sum(c.credited_value)
        from marts.fct_attribution_credits as c
        inner join marts.fct_conversions as v using (conversion_id)
        inner join marts.fct_opportunities as o on v.opportunity_id = o.opportunity_id
        where c.model = 'linear' and v.conversion_type = 'won' and o.closed_at is not null
        group by all having sum(c.credited_value) > 0""",
    )
    expected = {tuple(key): value for *key, value in credited}
    assert expected == {tuple(row[:3]): row[3] for row in outlook if row[3]}


def test_what_is_in_process_is_split_by_the_credit_of_each_open_opportunity(built_company, outlook):
    expected_amounts = read(
        built_company,
        """select m.target_month, e.segment, c.channel, sum(e.expected_amount * c.credit_share)
        from intermediate.int_open_expected_amounts as e
        inner join intermediate.int_forecast_months as m using (as_of_month, months_ahead)
        inner join marts.fct_conversions as v
            on e.opportunity_id = v.opportunity_id and v.conversion_type = 'opportunity'
        inner join marts.fct_attribution_credits as c using (conversion_id)
        where m.is_current and c.model = 'linear' group by all""",
    )
    weights = defaultdict(dict)
    for month, segment, channel, weight in expected_amounts:
        weights[month, segment][channel] = weight
    parts = defaultdict(dict)
    for month, segment, channel, _, amount, _ in outlook:
        parts[month, segment][channel] = amount
    totals = component(built_company, "open_pipeline")
    assert totals
    for key, total in totals.items():
        assert_split(parts[key], weights[key], total)


def test_what_is_yet_to_be_found_comes_from_where_past_wins_came(built_company, outlook):
    won = defaultdict(lambda: defaultdict(float))
    for month, segment, channel, amount, *_ in outlook:
        if (month.year, month.month) >= (2024, 1) and amount:
            won[segment][channel] += float(amount)
            for other in ("enterprise", "mid", "smb", "unknown"):
                won[other][channel] += 1e-12 * float(amount) if other != segment else 0
    parts = defaultdict(dict)
    for month, segment, channel, *_, amount in outlook:
        parts[month, segment][channel] = amount
    totals = component(built_company, "future_pipeline")
    assert totals
    for (month, segment), total in totals.items():
        assert_split(parts[month, segment], won[segment], total)

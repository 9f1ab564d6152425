"""Of the opportunities that were given a chance of so many percent at past month ends, about so many were won."""

from collections import defaultdict
from math import sqrt

MONTHS = 3

# Chance of being won within three months, as it was known at the month's end, and whether it was.
CHANCES = f"""
    select
        snapshots.opportunity_id,
        chances.cumulative_probability,
        coalesce(closings.is_won and closings.closed_month
            <= snapshots.period_month + to_months({MONTHS}), false)
    from intermediate.int_pipeline_snapshots as snapshots
    inner join intermediate.int_forecast_dates as dates
        on snapshots.period_month = dates.as_of_month
    inner join intermediate.int_win_probabilities as chances
        on
            chances.chain = 'stage'
            and chances.as_of_month = snapshots.period_month
            and chances.opportunity_type = snapshots.opportunity_type
            and chances.state = coalesce(snapshots.source_stage, snapshots.stage)
            and chances.age_bucket = least(snapshots.age_days // 30, 6)
            and chances.months_ahead = {MONTHS}
    left join intermediate.int_opportunity_closings as closings
        on snapshots.opportunity_id = closings.opportunity_id
    where snapshots.period_month + to_months({MONTHS}) <= (
        select max(as_of_month) from intermediate.int_forecast_dates
    )
    -- The first renewals of a company cannot be learned from.
    and (
        select count(*)
        from intermediate.int_opportunity_closings as known
        where known.opportunity_type = snapshots.opportunity_type
            and known.closed_month <= snapshots.period_month
    ) >= 20
"""


def test_chances_hold_in_ten_bands(demo):
    bands = defaultdict(list)
    for opportunity_id, chance, was_won in demo.execute(CHANCES).fetchall():
        bands[min(int(chance * 10), 9)].append((opportunity_id, chance, was_won))
    assert sum(map(len, bands.values())) > 150 and len(bands) >= 5
    for band, rows in bands.items():
        expected = sum(chance for _, chance, _ in rows) / len(rows)
        observed = sum(was_won for *_, was_won in rows) / len(rows)
        # An opportunity that is open at several month ends has one outcome.
        independent = len({opportunity_id for opportunity_id, *_ in rows})
        tolerance = 0.05 + 3 * sqrt(max(expected * (1 - expected), 0.02) / independent)
        assert abs(observed - expected) < tolerance, (band, len(rows), expected, observed)

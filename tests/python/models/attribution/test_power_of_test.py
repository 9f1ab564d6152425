"""How long a test must run (scripts/power_of_test.py), against simulated tests, and its messages."""

from pathlib import Path

import duckdb
import numpy as np
import power_of_test
import pytest
from power_of_test import Design, weeks_needed


@pytest.mark.parametrize(("share", "held_out"), [(0.2, 0.5), (0.1, 0.2), (0.1, 0.1)])
def test_four_of_five_simulated_tests_of_that_length_see_the_effect(share, held_out):
    weeks = weeks_needed(Design(weekly_rate=50, effect_share=share, held_out=held_out))
    random = np.random.default_rng(1)
    exposed = random.poisson(50 * (1 - held_out) * weeks, 40_000) / ((1 - held_out) * weeks)
    held = random.poisson(50 * (1 - share) * held_out * weeks, 40_000) / (held_out * weeks)
    error = np.sqrt(exposed / ((1 - held_out) * weeks) + held / (held_out * weeks))
    assert np.mean(np.abs(exposed - held) > 1.96 * error) == pytest.approx(0.8, abs=0.02)


def test_the_length_by_hand():
    """7.849 x (2 + 0.8 x 2) x 10 / 2^2 = 70.6."""
    design = Design(weekly_rate=10, effect_share=0.2, held_out=0.5)
    assert weeks_needed(design) == pytest.approx(70.64, abs=0.01)
    assert weeks_needed(Design(10, 0.2, 0.5, 3)) == pytest.approx(3 * weeks_needed(design))


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    """Ten MQLs a week for two years, and an effect of a fifth."""
    path = tmp_path_factory.mktemp("power") / "revenue.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            create schema marts;
            create table marts.fct_conversions as
                select 'mql' as conversion_type, null::varchar as opportunity_id,
                    date '2024-01-01' + (day::integer) as converted_date
                from range(728) as days (day), range(10) as ten (n)
                where day % 7 = 6;
            create table marts.fct_opportunities (opportunity_id varchar, opportunity_type varchar);
            create table marts.rpt_incremental_effects as
                from (values ('Search', 'combined', 200.00, 1000.00, 'fitted'),
                    ('Email', 'combined', 0.00, 1000.00, 'no measurable effect'),
                    ('(baseline)', 'combined', 800.00, 1000.00, 'fitted'))
                as effects (channel, source, incremental_revenue, won_amount, message);
        """)
    return path


def test_the_answer_is_of_the_estimated_effect_and_the_weekly_rate(database, capsys):
    assert power_of_test.main(["Search", "--database", str(database)]) == 0
    said = capsys.readouterr().out
    assert "effect 20.0% of 10.0 conversions (mql) a week" in said
    assert "for 71 weeks" in said


def test_beyond_two_years_no_test_is_said_to_see_the_effect(database, capsys):
    """10 MQLs a week: 16.5 % takes 7.849 x (2 + 0.835 x 2) x 10 / 1.65^2 = 106 weeks, and 2 % 149 years."""
    assert power_of_test.main(["Email", "--effect", "0.17", "--database", str(database)]) == 0
    assert "must run for 99 weeks" in capsys.readouterr().out
    assert power_of_test.main(["Email", "--effect", "0.165", "--database", str(database)]) == 0
    assert "No test of a sensible length can see it: with 50% held out" in capsys.readouterr().out
    assert power_of_test.main(["Email", "--effect", "0.02", "--database", str(database)]) == 0
    said = capsys.readouterr().out
    assert "would take 149 years" in said and "weeks to see" not in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Print"], "Print is no channel here; channels: Email, Search."),
        (["Email"], "No effect of Email is estimated (no measurable effect)"),
        (["Search", "--metric", "won"], "no conversion of type won"),
    ],
)
def test_what_cannot_be_answered_is_said(database, capsys, arguments, words):
    assert power_of_test.main([*arguments, "--database", str(database)]) == 1
    assert words in capsys.readouterr().err
    assert power_of_test.main(["Email", "--effect", "0.2", "--database", str(database)]) == 0

#!/usr/bin/env python3
"""
How long a test of a channel must run to see the effect that rpt_incremental_effects estimates.

    python scripts/power_of_test.py "Paid Search"
    python scripts/power_of_test.py Email --metric lead --held-out 0.2

A part of the people or regions is held out: the channel does not reach them. The test compares
conversions per week, two-sided at 5 %, with a power of 80 %: two Poisson rates by the normal
approximation (Smith, Morrow and Ross, Field Trials of Health Interventions, 3rd edition, chapter 5,
comparison of rates, here with groups of unequal size). With few conversions held out the power is a
little lower: 77 % in simulated tests with some 20 of them. Regions differ more than people do; then
raise --design-effect above 1, to the variance between equal regions / that of chance alone.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import duckdb

PROJECT_DIR = Path(__file__).resolve().parent.parent
METRICS = ("lead", "mql", "opportunity", "won")
SIGNIFICANCE, POWER = 0.05, 0.8
WEEKS = 52
# No company keeps a channel from the same people or regions for longer.
SENSIBLE_WEEKS = 2 * WEEKS

EFFECTS = """
    select channel, (incremental_revenue / nullif(won_amount, 0))::double, message
    from marts.rpt_incremental_effects
    where source = 'combined' and channel <> '(baseline)'
    order by channel"""
# Conversions per week in the year up to the newest one, or in the history if it is shorter.
WEEKLY_RATE = f"""
    with days as (
        select min(converted_date) as first_date, max(converted_date) as last_date
        from marts.fct_conversions
    )
    select count(*) / least({WEEKS}, greatest(1, (any_value(last_date) - any_value(first_date) + 1) / 7))
    from marts.fct_conversions as conversions
    cross join days
    left join marts.fct_opportunities as opportunities using (opportunity_id)
    where
        conversions.conversion_type = $1
        and conversions.converted_date > last_date - 7 * {WEEKS}
        and coalesce(opportunities.opportunity_type, 'new_business') = 'new_business'"""


@dataclass(frozen=True)
class Design:
    """A test: conversions per week of the whole company, part of them caused, part held out."""

    weekly_rate: float
    effect_share: float
    held_out: float
    design_effect: float = 1.0


def weeks_needed(design: Design) -> float:
    """(z1 + z2)^2 x variance of the difference of the rates in one week / difference^2."""
    normal = NormalDist()
    quantiles = normal.inv_cdf(1 - SIGNIFICANCE / 2) + normal.inv_cdf(POWER)
    variance = design.weekly_rate * (
        1 / (1 - design.held_out) + (1 - design.effect_share) / design.held_out
    )
    difference = design.weekly_rate * design.effect_share
    return quantiles**2 * design.design_effect * variance / difference**2


def answer(connection: duckdb.DuckDBPyConnection, given: argparse.Namespace) -> str:
    """The length of the test in words; raises ValueError if there is nothing to see."""
    found = {row[0]: row[1:] for row in connection.execute(EFFECTS).fetchall()}
    if given.channel not in found:
        raise ValueError(f"{given.channel} is no channel here; channels: {', '.join(found)}.")
    share, message = found[given.channel]
    if share is None or share <= 0:
        raise ValueError(
            f"No effect of {given.channel} is estimated ({message}), so no length can be given."
            " State one to look for with --effect, as a share of the conversions."
        )
    return described(connection, given, share)


def described(
    connection: duckdb.DuckDBPyConnection, given: argparse.Namespace, share: float
) -> str:
    row = connection.execute(WEEKLY_RATE, [given.metric]).fetchone()
    rate = float(row[0] or 0) if row else 0.0
    if rate == 0:
        raise ValueError(f"There was no conversion of type {given.metric} in the last year.")
    share = min(share, 1.0)
    weeks = weeks_needed(Design(rate, share, given.held_out, given.design_effect))
    effect = (
        f"{given.channel}: effect {share:.1%} of {rate:.1f} conversions ({given.metric}) a week.\n"
    )
    terms = f"(two-sided {SIGNIFICANCE:.0%}, power {POWER:.0%})"
    if weeks > SENSIBLE_WEEKS:
        return (
            f"{effect}No test of a sensible length can see it: with {given.held_out:.0%} held out, it"
            f" would take {weeks / WEEKS:,.0f} years {terms}. Count conversions that are more"
            " frequent (--metric lead), or test several channels together."
        )
    return (
        f"{effect}With {given.held_out:.0%} held out, the test must run for {max(weeks, 1):,.0f} weeks"
        f" to see it {terms}."
    )


def between(text: str) -> float:
    """A share above 0 and below 1."""
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("channel", help="as in rpt_incremental_effects")
    parser.add_argument("--metric", choices=METRICS, default="mql", help="default %(default)s")
    parser.add_argument("--held-out", type=between, default=0.5, help="share, default %(default)s")
    parser.add_argument("--effect", type=between, help="share to look for, not the estimated one")
    parser.add_argument("--design-effect", type=float, default=1.0, help="default %(default)s")
    parser.add_argument("--database", type=Path, help="another DuckDB file with schema marts")
    given = parser.parse_args(arguments)
    warehouse = Path(os.environ.get("WAREHOUSE_DIR") or PROJECT_DIR / "warehouse")
    database = given.database or warehouse / "current" / "revenue.duckdb"
    if not database.is_file():
        print(f"There is no {database}: run `make build`, or pass --database.", file=sys.stderr)
        return 1
    with duckdb.connect() as connection:
        path = str(database.resolve()).replace("'", "''")
        connection.execute(f"attach '{path}' as build (read_only); use build")
        try:
            if given.effect:
                print(described(connection, given, given.effect))
            else:
                print(answer(connection, given))
        except (ValueError, duckdb.CatalogException) as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

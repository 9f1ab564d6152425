#!/usr/bin/env python3
"""Why a lead, an MQL, an opportunity or an order has its credits.

    python scripts/explain.py 006000000012345      an opportunity: its conversions (created, won)
    python scripts/explain.py 3f0c...              a conversion_id, an order_id or a person_key

prints every touch on the path, and what each attribution model credits to it. It reads the published
version (WAREHOUSE_DIR/current) and writes nothing.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

PROJECT_DIR = Path(__file__).resolve().parent.parent
HIDDEN = "(hidden by consent)"
Rows = list[dict[str, Any]]

CONVERSIONS = """
    select * from marts.fct_conversions
    where $1 in (conversion_id, opportunity_id, order_id, person_key)
    order by converted_at, conversion_type, conversion_id"""
# A touch on the path is credited by at least one model. Hidden touches are one row without a position.
TOUCHES = """
    select distinct
        credits.position, credits.touched_at, credits.channel, touchpoints.touch_type,
        touchpoints.campaign_name, touchpoints.person_key, touchpoints.visitor_key
    from marts.fct_attribution_credits as credits
    inner join marts.fct_touchpoints as touchpoints using (touchpoint_id)
    where credits.conversion_id = $1
    order by credits.position"""
CREDITS = """
    select
        model, channel, sum(credit_share) as share, sum(credited_value) as value,
        string_agg(position, ', ' order by position) as touches
    from marts.fct_attribution_credits
    where conversion_id = $1
    group by model, channel
    order by model, share desc, channel"""


def rows(connection: duckdb.DuckDBPyConnection, query: str, key: str) -> Rows:
    """The rows of a query, as dictionaries."""
    found = connection.execute(query, [key])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def short(key: str | None) -> str:
    """The beginning of a key."""
    return (key or "-")[:12]


def heading(conversion: dict[str, Any]) -> Iterator[str]:
    """Type, date, names and people of a conversion."""
    when = conversion["converted_at"]
    date = (
        f"{when:%Y-%m-%d %H:%M} UTC" if when else "without a date, so no touch can be on its path"
    )
    yield f"{conversion['conversion_type']} {conversion['conversion_id']}  {date}"
    names = ", ".join(
        f"{label} {conversion[f'{label}_id']}"
        for label in ("opportunity", "order", "account")
        if conversion[f"{label}_id"]
    )
    names = names or "no opportunity, order or account"
    yield f"  {names}; value {conversion['conversion_value']:,.2f}"
    person = f", primary {short(conversion['person_key'])}" if conversion["person_key"] else ""
    yield f"  people: {conversion['people_count']}{person}"


def touch_lines(touches: Rows, touches_count: int) -> Iterator[str]:
    """One line per touch."""
    for touch in touches:
        yield (
            f"  {touch['position']:>3}  {touch['touched_at']:%Y-%m-%d %H:%M}  {touch['channel']:<20}"
            f" {touch['touch_type']:<18} {short(touch['person_key'] or touch['visitor_key']):<12}"
            f"  {touch['campaign_name'] or ''}"
        ).rstrip()
    if hidden := touches_count - len(touches):
        yield f"  and {hidden} {HIDDEN}"
    if not touches_count:
        yield "  none in the lookback: every model but response credits (unattributed)"


def credit_lines(credits: Rows) -> Iterator[str]:
    """One line per model and channel, the largest share first, with the touches that it comes from."""
    model = None
    for credit in credits:
        name, model = "" if credit["model"] == model else credit["model"], credit["model"]
        places = f"touch {credit['touches']}" if credit["touches"] else ""
        yield (
            f"  {name:<16} {credit['channel']:<20} {100 * credit['share']:>6.2f} %"
            f" {credit['value']:>14,.2f}  {places}"
        ).rstrip()


def explanation(connection: duckdb.DuckDBPyConnection, conversion: dict[str, Any]) -> str:
    """Everything about one conversion."""
    key = conversion["conversion_id"]
    touches = rows(connection, TOUCHES, key)
    lines = [*heading(conversion), "", "Touches"]
    lines += touch_lines(touches, conversion["touches_count"])
    lines += ["", "Credit", *credit_lines(rows(connection, CREDITS, key)), ""]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "key", metavar="KEY", help="id of a conversion, opportunity, order or person"
    )
    parser.add_argument(
        "--database", type=Path, help="another DuckDB file with schema marts, such as build.duckdb"
    )
    given = parser.parse_args(arguments)
    warehouse = Path(os.environ.get("WAREHOUSE_DIR") or PROJECT_DIR / "warehouse")
    database = given.database or warehouse / "current" / "revenue.duckdb"
    if not database.is_file():
        print(f"There is no {database}: run `make build`, or pass --database.", file=sys.stderr)
        return 1
    with duckdb.connect() as connection:
        # The views of a build refer to its database by the name `build`.
        path = str(database.resolve()).replace("'", "''")
        connection.execute(f"attach '{path}' as build (read_only); use build")
        try:
            conversions = rows(connection, CONVERSIONS, given.key)
        except duckdb.CatalogException as error:
            print(f"{database} has no attribution marts: {error}", file=sys.stderr)
            return 1
        for conversion in conversions:
            print(explanation(connection, conversion))
    if not conversions:
        print(
            f"{given.key} is not the id of a conversion, nor of the opportunity, order or person of one.",
            file=sys.stderr,
        )
    return 0 if conversions else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Why a lead, an MQL, a deal or an order is credited as it is.

    python scripts/explain.py 006000000012345        # a deal: its opportunity and won conversions
    python scripts/explain.py 3f0c...                # a conversion_id, an order_id or a person_key

prints the people, every touch on the path with its anchors, and what each attribution model gives to
each touch. It reads the build database (WAREHOUSE_DIR/build.duckdb), and writes nothing.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

PROJECT_DIR = Path(__file__).resolve().parent.parent
HIDDEN = "(hidden by consent)"
ANCHORS = {
    "first_position": "FT",
    "lead_position": "LC",
    "opportunity_position": "OC",
    "won_position": "CW",
    "non_direct_position": "LND",
    "last_position": "LT",
}
NEEDED = (
    "int_conversions",
    "int_conversion_people",
    "int_attribution_paths",
    "int_attribution_credits",
)


@dataclass(frozen=True)
class Explanation:
    """One conversion and all that is credited for it; rows as dictionaries."""

    conversion: dict
    people: list[dict]
    touches: list[dict]
    anchors: dict
    credits: list[dict]


def rows(con: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> list[dict]:
    found = con.execute(sql, parameters)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def find_conversions(con: duckdb.DuckDBPyConnection, key: str) -> list[dict]:
    """The conversions that a key names, in the order of time."""
    return rows(
        con,
        """select * from intermediate.int_conversions
        where $1 in (conversion_id, opportunity_id, order_id, person_key)
        order by converted_at, conversion_type, conversion_id""",
        key,
    )


def read_explanation(con: duckdb.DuckDBPyConnection, conversion: dict) -> Explanation:
    key = conversion["conversion_id"]
    people = rows(
        con,
        """select
            path_visitor_key, is_primary, became_lead_at,
            coalesce(is_erased, false) as is_erased
        from intermediate.int_conversion_people
        left join (select person_key, bool_or(is_erased) as is_erased
            from intermediate.int_consent group by person_key) as consent
            on path_visitor_key = consent.person_key
        where conversion_id = $1
        order by is_primary desc, became_lead_at, path_visitor_key""",
        key,
    )
    touches = rows(
        con,
        """select
            paths.position, paths.touched_at, paths.channel, paths.is_hidden,
            touchpoints.touch_type, paths.campaign_id,
            case when not paths.is_hidden then touchpoints.path_visitor_key end as visitor_key
        from intermediate.int_attribution_paths as paths
        inner join intermediate.int_followed_touchpoints as touchpoints using (touchpoint_id)
        where conversion_id = $1
        order by position""",
        key,
    )
    anchors = rows(
        con, "select * from intermediate.int_attribution_anchors where conversion_id = $1", key
    )[0]
    credits = rows(
        con,
        """select model, position, credit_share, credited_value
        from intermediate.int_attribution_credits
        where conversion_id = $1
        order by model, position""",
        key,
    )
    return Explanation(conversion, people, touches, anchors, credits)


def short(key: str | None) -> str:
    return (key or "-")[:12]


def touch_line(touch: dict, anchors: dict) -> str:
    held = ",".join(
        name for column, name in ANCHORS.items() if anchors[column] == touch["position"]
    )
    when = f"{touch['touched_at']:%Y-%m-%d %H:%M}"
    if touch["is_hidden"]:
        return f"  {touch['position']:>3}  {when}  {HIDDEN:<20} {'':<18} {'':<12}  {held}"
    return (
        f"  {touch['position']:>3}  {when}  {touch['channel']:<20} {touch['touch_type']:<18}"
        f" {short(touch['visitor_key']):<12}  {held}"
    )


def credit_lines(explanation: Explanation) -> list[str]:
    """One line per model and channel, the strongest first, with the places that it comes from."""
    channel_of = {
        touch["position"]: HIDDEN if touch["is_hidden"] else touch["channel"]
        for touch in explanation.touches
    }
    lines = []
    for model in sorted({credit["model"] for credit in explanation.credits}):
        by_channel: dict[str, list[dict]] = {}
        for credit in explanation.credits:
            if credit["model"] == model:
                channel = channel_of.get(credit["position"], "(unattributed)")
                by_channel.setdefault(channel, []).append(credit)
        strongest = sorted(
            by_channel.items(), key=lambda item: -sum(one["credit_share"] for one in item[1])
        )
        for number, (channel, credits) in enumerate(strongest):
            places = ", ".join(str(one["position"]) for one in credits if one["position"])
            lines.append(
                f"  {model if number == 0 else '':<16} {channel:<20}"
                f" {100 * sum(one['credit_share'] for one in credits):>6.2f} %"
                f" {sum(one['credited_value'] for one in credits):>14,.2f}"
                f"  {f'touch {places}' if places else ''}".rstrip()
            )
    return lines


def text(explanation: Explanation) -> str:
    conversion = explanation.conversion
    names = [
        f"{label} {conversion[column]}"
        for label, column in (
            ("deal", "opportunity_id"),
            ("order", "order_id"),
            ("account", "account_id"),
        )
        if conversion[column]
    ]
    when = conversion["converted_at"]
    lines = [
        f"{conversion['conversion_type']} {conversion['conversion_id']}"
        + (
            f"  {when:%Y-%m-%d %H:%M} UTC"
            if when
            else "  without a date: no touch can be on its path"
        ),
        f"  {', '.join(names) or 'no deal, order or account'}; value {conversion['conversion_value']:,.2f}",
        "",
        "People",
    ]
    for person in explanation.people:
        who = "(erased)" if person["is_erased"] else short(person["path_visitor_key"])
        since = person["became_lead_at"]
        lines.append(
            f"  {who}{' primary' if person['is_primary'] else ''}"
            f"  {f'lead since {since:%Y-%m-%d %H:%M}' if since else 'never became a lead'}"
        )
    if not explanation.people:
        lines.append("  nobody is known: the conversion is (unattributed)")
    lines += ["", "Touches (FT first, LC lead, OC deal, CW won, LND last not direct, LT last)"]
    lines += [touch_line(touch, explanation.anchors) for touch in explanation.touches]
    if not explanation.touches:
        lines.append("  none within the lookback: every model credits (unattributed)")
    return "\n".join([*lines, "", "Credit", *credit_lines(explanation), ""])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("key", metavar="CONVERSION", help="conversion, deal, order or person id")
    parser.add_argument("--database", type=Path, help="build database (default: WAREHOUSE_DIR's)")
    given = parser.parse_args(arguments)
    warehouse = Path(os.environ.get("WAREHOUSE_DIR", PROJECT_DIR / "warehouse"))
    database = given.database or warehouse / "build.duckdb"
    if not database.is_file():
        print(f"{database} is not there: run `make build` or `dbt build` first.", file=sys.stderr)
        return 1
    with duckdb.connect(str(database), read_only=True) as con:
        there = {
            row[0]
            for row in con.execute("select table_name from information_schema.tables").fetchall()
        }
        if missing := [name for name in NEEDED if name not in there]:
            print(
                f"{database} holds no {missing[0]}: build the attribution models first.",
                file=sys.stderr,
            )
            return 1
        conversions = find_conversions(con, given.key)
        if not conversions:
            print(
                f"{given.key} is no conversion_id, opportunity_id, order_id or person_key of a conversion.",
                file=sys.stderr,
            )
            return 1
        for conversion in conversions:
            print(text(read_explanation(con, conversion)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""
Border 1, against the published version: whether a delivery still has the tables, rows, columns and
numbers that the version was built from. The version's own record of them (table source_freshness) is
the baseline, so a failed run does not move it, and a change needs to be accepted only once.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.core.settings import Settings
from pipeline.inputs.find import Inputs
from pipeline.inputs.raw_files import RawTable
from pipeline.quality.deliveries import Deliveries, Terms, read_terms, terms_of
from pipeline.records.history import ERROR, Delivery, QualityResult
from pipeline.records.published import published_rows, published_stamp

THERE = "is delivered, as it was for the published version"
ROWS = "has lost no more rows since the published version than agreed"
COLUMNS = "has the columns that it had for the published version"
FILLED = "its numbers are filled in as they were for the published version"


def compare(
    settings: Settings, found: Inputs, seen: Deliveries, accepted: set[str]
) -> Iterator[QualityResult]:
    """The verdicts on each table of the published version; none if that has another source."""
    stamp = published_stamp(settings) or {}
    if stamp.get("source") != settings.source:
        return
    terms = read_terms(settings)
    now = {
        table.declaration.label: (table, delivery)
        for table, delivery in zip(found.tables, seen.tables, strict=True)
    }
    for before in published_rows(settings, "source_freshness"):
        label = f"{before['source_system']}.{before['raw_table']}"
        agreed = terms_of(terms, before["source_system"], before["raw_table"])
        changes = (
            {
                ROWS: lost_rows(now[label][1], before, agreed),
                COLUMNS: lost_columns(now[label][0], before),
                FILLED: emptied(now[label][1], before, agreed),
            }
            if label in now
            else {THERE: missing(before, agreed)}
        )
        for name, problems in changes.items():
            open_problems = {
                f"{stamp['run_id']} {label}{what}": words
                for what, words in problems.items()
                if f"{stamp['run_id']} {label}{what}" not in accepted
            }
            advice = (
                "see what changed at the source and deliver it again; if it was meant, add to var"
                f" accepted_changes: {', '.join(open_problems)}"
            )
            observed = "; ".join(open_problems.values())
            yield QualityResult("raw", label, name, ERROR, not open_problems, observed, advice)


# Each of these gives its problems in words, by what follows the table's name in var accepted_changes.


def missing(before: Mapping[str, Any], agreed: Terms) -> dict[str, str]:
    """A table that was not delivered."""
    if agreed.most_lost_share >= 1:
        return {}
    return {"": f"missing; the published version read {before['rows_count']:,} rows of it"}


def lost_rows(now: Delivery, before: Mapping[str, Any], agreed: Terms) -> dict[str, str]:
    """Fewer rows than agreed."""
    rows = before["rows_count"]
    if now.rows_count >= rows * (1 - agreed.most_lost_share):
        return {}
    allowed = f"rule delivery_terms allows {agreed.most_lost_share:.1%} fewer"
    return {"": f"{now.rows_count:,} rows, {rows:,} then; {allowed}"}


def lost_columns(table: RawTable, before: Mapping[str, Any]) -> dict[str, str]:
    """Columns that are not there any more; one that is new may be a new name."""
    declared = {column.name for column in table.declaration.columns}
    unread = ", ".join(sorted({*table.columns} - declared)) or "none"
    gone = [name for name in before["column_names"].split(", ") if name not in {"", *table.columns}]
    return {f".{name}": f"{name} is missing; columns not read: {unread}" for name in gone}


def emptied(now: Delivery, before: Mapping[str, Any], agreed: Terms) -> dict[str, str]:
    """Columns of numbers that are empty in a larger share of the rows than agreed."""
    shares_before = shares(before["empty_counts"], before["rows_count"])
    return {
        f".{name}": f"{name} is empty in {share:.1%} of the rows, {shares_before[name]:.1%} then"
        for name, share in shares(now.empty_counts, now.rows_count).items()
        if share - shares_before.get(name, 1) > agreed.most_emptied_share
    }


def shares(empty_counts: str, rows: int) -> dict[str, float]:
    """The share of the rows in which each column is empty."""
    return {name: count / rows for name, count in json.loads(empty_counts).items() if rows}

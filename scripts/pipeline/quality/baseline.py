"""
Compares a delivery with the published version. The version's own record of its raw tables (source_freshness) is the
baseline, so a failed run does not move it and a change needs to be accepted only once.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.core.settings import Settings
from pipeline.inputs.raw_files import RawTable
from pipeline.quality.raw_facts import RawFacts
from pipeline.quality.terms import DeliveryTerms, delivery_terms, terms_of
from pipeline.records.history import Delivery
from pipeline.records.published import published_rows, published_stamp

# What should hold, by the kind of the check.
HOLDS = {
    "lost table": "is delivered, as it was for the published version",
    "lost rows": "has lost no more rows since the published version than agreed",
    "lost column": "has the columns that it had for the published version",
    "emptied column": "its numbers are filled in as they were for the published version",
}
# A kind of check, what follows the table's name in var accepted_changes, and the change in words.
Change = tuple[str, str, str]


def add_changes(
    facts: RawFacts,
    settings: Settings,
    delivered: Mapping[str, tuple[RawTable, Delivery]],
    accepted: set[str],
) -> None:
    """Adds the checks of each table of the published version, unless that has another source."""
    stamp = published_stamp(settings)
    if stamp.get("source") != settings.source:
        return
    terms = delivery_terms(settings)
    for before in published_rows(settings, "source_freshness"):
        label = f"{before['source_system']}.{before['raw_table']}"
        agreed = terms_of(terms, before["source_system"], before["raw_table"])
        open_changes = [
            (kind, f"{stamp['run_id']} {label}{what}", words)
            for kind, what, words in changes(before, delivered.get(label), agreed)
            if f"{stamp['run_id']} {label}{what}" not in accepted
        ]
        for kind, holds in HOLDS.items():
            of_kind = [change for change in open_changes if change[0] == kind]
            facts.check(
                label,
                kind,
                holds,
                len(of_kind),
                "; ".join(words for *_, words in of_kind),
                "check what changed at the source and deliver it again; if it is intended, add to"
                f" var accepted_changes: {', '.join(name for _, name, _ in of_kind)}",
            )


def changes(
    before: Mapping[str, Any], now: tuple[RawTable, Delivery] | None, agreed: DeliveryTerms
) -> Iterator[Change]:
    """What a table has lost since the published version."""
    rows = before["rows_count"]
    if now is None:
        if agreed.most_lost_share < 1:
            yield "lost table", "", f"the table is missing; the published version has {rows:,} rows"
        return
    table, delivery = now
    if delivery.rows_count < rows * (1 - agreed.most_lost_share):
        allowed = f"rule delivery_terms allows {agreed.most_lost_share:.1%} fewer"
        found = f"{delivery.rows_count:,} rows, {rows:,} in the published version"
        yield "lost rows", "", f"{found}; {allowed}"
    unread = ", ".join(table.unread) or "none"
    for name in before["column_names"].split(", "):
        if name not in {"", *table.columns}:
            words = f"column {name} of the published version is missing; columns not read: {unread}"
            yield "lost column", f".{name}", words
    then = shares(before["empty_counts"], rows)
    for name, share in shares(delivery.empty_counts, delivery.rows_count).items():
        if share - then.get(name, 1) > agreed.most_emptied_share:
            words = f"{name} is empty in {share:.1%} of the rows, {then[name]:.1%} in the published"
            yield "emptied column", f".{name}", f"{words} version"


def shares(empty_counts: str, rows: int) -> dict[str, float]:
    """The share of the rows in which each column is empty."""
    return {name: count / rows for name, count in json.loads(empty_counts).items() if rows}

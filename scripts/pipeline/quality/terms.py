"""What is agreed about the raw tables: the rules delivery_terms and drift_terms."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.core.settings import Settings
from pipeline.inputs.rules import rule_rows
from pipeline.records.history import ERROR, WARNING

ALL = "(all)"
# What drift compares: the values of a column, or how often it is filled in.
VALUES, FILLED = "values", "filled"


@dataclass(frozen=True)
class DeliveryTerms:
    """What is agreed about the deliveries of a table (a row of rule delivery_terms)."""

    sla_hours: float | None = None
    stale_severity: str = WARNING
    short_severity: str = WARNING
    last_day_severity: str = ERROR
    most_lost_share: float = 0.05
    most_emptied_share: float = 0.1


@dataclass(frozen=True)
class DriftTerms:
    """How far a column may drift (a row of rule drift_terms)."""

    column: str
    compared: str
    most_moved_share: float
    severity: str
    valid_from: datetime.date


AllDeliveryTerms = Mapping[tuple[str, str], DeliveryTerms]
AllDriftTerms = Mapping[tuple[str, str], list[DriftTerms]]


def delivery_terms(settings: Settings) -> AllDeliveryTerms:
    """The rule delivery_terms by (vendor, table)."""
    advice = (
        "Give source_system and raw_table, a number of hours or nothing as sla_hours, warning or"
        " error as severities, and shares between 0 and 1."
    )
    return dict(rule_rows(settings, "delivery_terms", _delivery_terms, advice))


def terms_of(terms: AllDeliveryTerms, vendor: str, table: str) -> DeliveryTerms:
    """The terms of a table: its own, else those of its vendor, else those for all tables."""
    for key in ((vendor, table), (vendor, ALL), (ALL, ALL)):
        if key in terms:
            return terms[key]
    return DeliveryTerms()


def drift_terms(settings: Settings) -> AllDriftTerms:
    """The rule drift_terms by (vendor, table)."""
    advice = (
        "Give column_name, a share between 0 and 1 as most_moved_share, warning or error as"
        " severity, and a date or nothing as valid_from."
    )
    found: dict[tuple[str, str], list[DriftTerms]] = {}
    for key, terms in rule_rows(settings, "drift_terms", _drift_terms, advice):
        found.setdefault(key, []).append(terms)
    return found


def _delivery_terms(row: Mapping[str, str]) -> DeliveryTerms:
    hours = (row["sla_hours"] or "").strip()
    return DeliveryTerms(
        float(hours) if hours else None,
        _severity(row["stale_severity"]),
        _severity(row["short_severity"]),
        _severity(row["last_day_severity"]),
        float(row["most_lost_share"]),
        float(row["most_emptied_share"]),
    )


def _drift_terms(row: Mapping[str, str]) -> DriftTerms:
    valid_from = row.get("valid_from")
    return DriftTerms(
        row["column_name"],
        row.get("compared") or VALUES,
        float(row["most_moved_share"]),
        _severity(row.get("severity")),
        datetime.date.fromisoformat(valid_from) if valid_from else datetime.date.min,
    )


def _severity(text: str | None) -> str:
    if text and text not in (WARNING, ERROR):
        raise ValueError(f"severity {text!r}")
    return text or WARNING

"""What is agreed about the raw tables: the rules delivery_terms and drift_terms."""

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal

import pydantic

from pipeline.core.settings import Settings
from pipeline.inputs.rules import rule_rows

ALL = "(all)"
Severity = Literal["warning", "error"]
Share = Annotated[float, pydantic.Field(ge=0, le=1)]


class DeliveryTerms(pydantic.BaseModel, frozen=True):
    """What is agreed about the deliveries of a table (a row of rule delivery_terms)."""

    sla_hours: float | None = None
    stale_severity: Severity = "warning"
    short_severity: Severity = "warning"
    last_day_severity: Severity = "error"
    most_lost_share: Share = 0.05
    most_emptied_share: Share = 0.1


class DriftTerms(pydantic.BaseModel, frozen=True):
    """How far a column may drift (a row of rule drift_terms)."""

    column_name: str
    # The values of the column, or how often it is filled in.
    compared: Literal["values", "filled"] = "values"
    most_moved_share: Share
    severity: Severity = "warning"
    valid_from: datetime.date = datetime.date.min


AllDeliveryTerms = Mapping[tuple[str, str], DeliveryTerms]
AllDriftTerms = Mapping[tuple[str, str], list[DriftTerms]]


def delivery_terms(settings: Settings) -> AllDeliveryTerms:
    """The rule delivery_terms by (vendor, table)."""
    advice = (
        "Give source_system and raw_table, a number of hours or nothing as sla_hours, warning or"
        " error as severities, and shares between 0 and 1."
    )
    return dict(rule_rows(settings, "delivery_terms", DeliveryTerms, advice))


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
    for key, terms in rule_rows(settings, "drift_terms", DriftTerms, advice):
        found.setdefault(key, []).append(terms)
    return found

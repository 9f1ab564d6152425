"""The raw tables that the project declares: their columns, keys and accepted values."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Column:
    """A declared column of a raw table."""

    name: str
    data_type: str
    is_required: bool = False
    is_never_negative: bool = False
    # The list that its values are of, case and blanks aside; empty where any value will do.
    accepted: tuple[str, ...] = ()
    # Whether the project copes with a value outside the list.
    accepts_others: bool = False


@dataclass(frozen=True)
class Declaration:
    """What models/staging/<vendor>/_<vendor>__sources.yml says about a raw table."""

    vendor: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    is_optional: bool = False
    keeps_duplicates: bool = False
    dated: str | None = None

    @property
    def label(self) -> str:
        """vendor.table, as messages name it."""
        return f"{self.vendor}.{self.table}"


def declarations(project_dir: Path) -> dict[tuple[str, str], Declaration]:
    """Every declared raw table, by (vendor, table)."""
    found = {}
    for path in sorted(project_dir.glob("models/staging/*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                accepted = accepted_values(project_dir, table["name"])
                declared = _declaration(source["name"], table, accepted)
                found[declared.vendor, declared.table] = declared
    return found


def accepted_values(project_dir: Path, entity: str) -> dict[str, tuple[tuple[str, ...], bool]]:
    """
    The lists of values of a canonical model, by column, and whether a value outside a list is only
    warned of: from the tests `accepted_values` in its yml.
    """
    path = project_dir / "models" / "canonical" / f"{entity}.yml"
    if not path.is_file():
        return {}
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return {
        column["name"]: (
            tuple(test["accepted_values"]["arguments"]["values"]),
            test["accepted_values"].get("config", {}).get("severity") == "warn",
        )
        for column in model["columns"]
        for test in column.get("data_tests", ())
        if "accepted_values" in test
    }


def _declaration(
    vendor: str, table: Mapping[str, Any], canonical: Mapping[str, tuple[tuple[str, ...], bool]]
) -> Declaration:
    def meta_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
        meta: Mapping[str, Any] = entry.get("config", {}).get("meta", {})
        return meta

    def list_of(column: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
        values = meta_of(column).get("values", "any")
        if values == "canonical":
            return canonical.get(column["name"], ((), False))
        # What a vendor adds to its own list is read as the staging models read any other value.
        return ((), False) if values == "any" else (tuple(values), True)

    meta = meta_of(table)
    return Declaration(
        vendor=vendor,
        table=table["name"],
        columns=tuple(
            Column(
                column["name"],
                column["data_type"],
                bool(meta_of(column).get("required")),
                bool(meta_of(column).get("not_negative")),
                *list_of(column),
            )
            for column in table["columns"]
        ),
        key=tuple(meta.get("key", ())),
        is_optional=bool(meta.get("optional")),
        keeps_duplicates=meta.get("duplicates") == "kept",
        dated=meta.get("dated"),
    )

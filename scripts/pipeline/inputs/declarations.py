"""The raw tables that the project declares: columns, keys and lists of values."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# The accepted values of a column, and whether other values are only warned about.
Accepted = tuple[tuple[str, ...], bool]


@dataclass(frozen=True)
class Column:
    """A declared column of a raw table."""

    name: str
    data_type: str
    is_required: bool = False
    is_never_negative: bool = False
    # The accepted values, apart from case and blanks; empty if any value is accepted.
    accepted: tuple[str, ...] = ()
    # Whether other values are only warned about.
    accepts_others: bool = False
    # The rule that maps its values to stages.
    mapped_by: str | None = None
    # Its names in the exports of other loaders, and the only one in the user's (var column_names).
    also_named: tuple[str, ...] = ()
    own_name: str | None = None
    # Whether a time may be a number of microseconds since 1970.
    is_in_microseconds: bool = False
    # Numbers outside these limits are in another unit, such as cents or micros.
    within: tuple[float, float] | None = None
    # The column that it cannot be before.
    not_before: str | None = None


@dataclass(frozen=True)
class Declaration:
    """A raw table as declared in models/staging/<vendor>/_<vendor>__sources.yml."""

    vendor: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    is_optional: bool = False
    keeps_duplicates: bool = False
    dated: str | None = None
    # The vars to which a delivered file of the table adds its vendor.
    kinds: tuple[str, ...] = ()
    # Its names in the exports of other loaders.
    also_named: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """vendor.table, for messages."""
        return f"{self.vendor}.{self.table}"


def declarations(project_dir: Path) -> dict[tuple[str, str], Declaration]:
    """Every declared raw table, by (vendor, table)."""
    found = {}
    for path in sorted(project_dir.glob("models/staging/*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                accepted = accepted_values(project_dir, table["name"])
                found[source["name"], table["name"]] = _declaration(source, table, accepted)
    return found


def accepted_values(project_dir: Path, entity: str) -> dict[str, Accepted]:
    """The lists of values of a canonical model, by column, from its tests `accepted_values`."""
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
    source: Mapping[str, Any], table: Mapping[str, Any], canonical: Mapping[str, Accepted]
) -> Declaration:
    meta = _meta(table)
    return Declaration(
        vendor=source["name"],
        table=table["name"],
        columns=tuple(
            Column(
                column["name"],
                column["data_type"],
                bool(_meta(column).get("required")),
                bool(_meta(column).get("not_negative")),
                *_accepted(column, canonical),
                _meta(column).get("mapped_by"),
                _also_named(column, meta.get("also_prefixed", {})),
                is_in_microseconds=_meta(column).get("unit") == "microseconds",
                within=_meta(column).get("within"),
                not_before=_meta(column).get("not_before"),
            )
            for column in table["columns"]
        ),
        key=tuple(meta.get("key", ())),
        is_optional=bool(meta.get("optional")),
        keeps_duplicates=meta.get("duplicates") == "kept",
        dated=meta.get("dated"),
        kinds=tuple(meta.get("kinds", _meta(source).get("kinds", ()))),
        also_named=tuple(meta.get("also_named", ())),
    )


def _meta(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = entry.get("config", {}).get("meta", {})
    return meta


def _also_named(column: Mapping[str, Any], prefixes: Mapping[str, str]) -> tuple[str, ...]:
    name = column["name"]
    prefixed = [
        other + name.removeprefix(prefix)
        for prefix, other in prefixes.items()
        if name.startswith(prefix)
    ]
    return (*_meta(column).get("also_named", ()), *prefixed)


def _accepted(column: Mapping[str, Any], canonical: Mapping[str, Accepted]) -> Accepted:
    values = _meta(column).get("values", "any")
    if values == "canonical":
        return canonical.get(column["name"], ((), False))
    # A vendor may add values to its own list: the staging models read them as other values.
    return ((), False) if values == "any" else (tuple(values), True)

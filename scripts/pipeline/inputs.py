"""
The raw tables of a run: what the project declares, what lies at the raw location, what is switched
on.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import InputError
from pipeline.settings import Settings, project_file
from pipeline.sql import quoted

# Folders of a raw location that hold no vendor: the user's rules, and what a generator knows to be
# true.
OTHER_FOLDERS = ("rules", "truth")
# The vars of a backfill: they decide how a build reads, not what comes of it.
RELOAD_VARS = ("web_reload_from", "web_reload_until")
FORMATS = {".parquet": "parquet", ".csv": "csv", ".csv.gz": "csv"}


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


@dataclass(frozen=True)
class RawFile:
    """One raw table as it lies: a file, or several files of one folder."""

    path: str
    file_format: str
    size: int
    is_empty: bool

    @property
    def files(self) -> list[Path]:
        """The file, or the files of the folder."""
        pattern = Path(self.path)
        return sorted(pattern.parent.glob(pattern.name))


@dataclass(frozen=True)
class RawTable:
    """A declared table that was delivered: as files, or as a table of the build database."""

    declaration: Declaration
    file: RawFile | None = None
    relation: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it lies, for messages."""
        return self.file.path if self.file else str(self.relation)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The declared columns of numbers, which carry the measures."""
        declared = self.declaration.columns
        return tuple(c.name for c in declared if c.data_type.startswith(("decimal", "bigint")))

    @property
    def query(self) -> str:
        """DuckDB's query of its rows as they lie; CSV as text, so that nothing is coerced."""
        if self.file is None:
            return f"select * from {self.relation}"
        path = quoted(self.file.path)
        if self.file.file_format == "parquet":
            return f"select * from read_parquet('{path}', union_by_name = true)"
        return (
            f"select * from read_csv('{path}', all_varchar = true, header = true, skip = 0,"
            " comment = '', delim = ',', quote = '\"', escape = '\"', union_by_name = true)"
        )


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
    vendor: str,
    table: Mapping[str, Any],
    canonical: Mapping[str, tuple[tuple[str, ...], bool]],
) -> Declaration:
    def meta_of(entry: Mapping[str, Any]) -> Mapping[str, Any]:
        return entry.get("config", {}).get("meta", {})

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


def kind_vars(project_dir: Path) -> list[str]:
    """The vars that switch vendors on, one per kind of data."""
    return [name for name in project_file(project_dir)["vars"] if name.endswith("_sources")]


def kinds_of_models(project_dir: Path) -> dict[tuple[str, str], list[str]]:
    """
    The vars that switch each vendor's entities on, by (vendor, entity), read from where dbt reads
    them: `enabled='<vendor>' in var('<kind>_sources')` at the head of a staging model and, for
    `generic`, which has none, `union_sources(['<kind>_sources'], '<entity>')` of a canonical model.
    """
    kinds = {}
    for path in sorted(project_dir.glob("models/canonical/*.sql")):
        union = re.search(r"union_sources\(\s*\[([^\]]*)\],\s*'(\w+)'", path.read_text("utf-8"))
        if union:
            kinds["generic", union[2]] = re.findall(r"'(\w+_sources)'", union[1])
    for path in sorted(project_dir.glob("models/staging/*/stg_*__*.sql")):
        head = re.search(r"config\([^}]*enabled=[^}]*\}\}", path.read_text(encoding="utf-8"))
        if head:
            key = path.parent.name, path.stem.split("__", 1)[1]
            kinds[key] = re.findall(r"in var\('(\w+_sources)'\)", head[0])
    return kinds


def kinds_for_table(
    vendor: str, table: str, kinds: Mapping[tuple[str, str], list[str]]
) -> list[str]:
    """
    The vars that a delivered table switches its vendor on in. A vendor is of all its models' kinds;
    `generic` is of as many as tables were delivered. Where one of its tables feeds two kinds the
    last counts: sales activities alone come as meetings, and a CRM beside them stays the only CRM.
    """
    if vendor == "generic":
        return kinds.get((vendor, table), [])[-1:]
    return list(
        dict.fromkeys(
            kind for (owner, _), names in kinds.items() if owner == vendor for kind in names
        )
    )


def _format_of(name: str) -> str | None:
    return next((kind for ending, kind in FORMATS.items() if name.endswith(ending)), None)


def folders_of(root: Path) -> list[Path]:
    """The folders of a raw location; hidden ones are none of it."""
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")


def find_files(root: Path) -> dict[tuple[str, str], RawFile]:
    """
    The tables below a folder, by (folder, table): <folder>/<table>.csv|csv.gz|parquet, or a folder
    of such files.
    """
    found: dict[tuple[str, str], RawFile] = {}
    for folder in folders_of(root):
        for entry in sorted(folder.iterdir()):
            files = sorted(entry.iterdir()) if entry.is_dir() else [entry]
            files = [path for path in files if _format_of(path.name)]
            if not files:
                continue
            key = folder.name, entry.name.split(".")[0].split("__")[-1]
            endings = {path.name.split(".", 1)[1] for path in files}
            if key in found or len(endings) > 1:
                raise InputError(
                    f"{folder.name}.{key[1]} is given twice or in two formats: {entry}.",
                    "Leave one file, or one folder of files of one format.",
                )
            sizes = [path.stat().st_size for path in files]
            found[key] = RawFile(
                path=f"{entry}/*.{endings.pop()}" if entry.is_dir() else str(entry),
                file_format=str(_format_of(files[0].name)),
                size=sum(sizes),
                is_empty=0 in sizes,
            )
    return found


def unread_files(root: Path) -> list[Path]:
    """
    Files of a raw location that no run reads, because of their place or their ending: tables that
    someone takes for delivered. Hidden ones, and those of a writer such as _SUCCESS, are none.
    """
    beside = [path for path in root.iterdir() if path.is_file() and _format_of(path.name)]
    within = [
        path
        for folder in folders_of(root)
        for pattern in ("*", "*/*")
        for path in folder.glob(pattern)
        if path.is_file() and not _format_of(path.name)
    ]
    return sorted(path for path in beside + within if path.name[0] not in "._")


def check_names(
    found: Iterable[tuple[str, str]],
    folders: Iterable[str],
    declared: Mapping[tuple[str, str], Declaration],
    root: Path,
) -> None:
    """Stops at a folder or a table that nobody reads: a typo must not be ignored in silence."""
    vendors = sorted({vendor for vendor, _ in declared})
    strange = sorted(set(folders) - set(vendors) - set(OTHER_FOLDERS))
    if strange:
        raise InputError(
            f"{root}: no vendor is called {', '.join(strange)}.",
            f"Rename or remove the folder. Known: {', '.join(vendors)}; beside them"
            f" {', '.join(OTHER_FOLDERS)}.",
        )
    for vendor, table in sorted(found):
        if vendor in vendors and (vendor, table) not in declared:
            known = ", ".join(sorted(name for owner, name in declared if owner == vendor))
            raise InputError(
                f"{root / vendor}: {vendor} has no table {table}.",
                f"Rename or remove the file. Known tables of {vendor}: {known}.",
            )


def switched_on(settings: Settings, found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The vars that switch vendors on for files found at a raw location; the vars file wins."""
    kinds = kinds_of_models(settings.project_dir)
    lists: dict[str, list[str]] = {kind: [] for kind in kind_vars(settings.project_dir)}
    for vendor, table in sorted(found):
        if vendor in OTHER_FOLDERS:
            continue
        for kind in kinds_for_table(vendor, table, kinds):
            if vendor not in lists[kind]:
                lists[kind].append(vendor)
    return {kind: settings.vars.get(kind, vendors) for kind, vendors in lists.items()}


def make_dbt_vars(settings: Settings, found: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The vars that dbt is given: none for the demo but those of the vars file and --as-of."""
    chosen = dict(settings.vars)
    if not settings.is_demo:
        chosen["raw_data"] = "source"
        chosen["as_of_date"] = settings.as_of or settings.started_at.date().isoformat()
    if settings.raw_location:
        chosen["raw_location"] = str(settings.raw_location)
        chosen.update(switched_on(settings, found))
    if settings.as_of:
        chosen["as_of_date"] = settings.as_of
    if settings.reload_days:
        chosen.update(zip(RELOAD_VARS, settings.reload_days, strict=True))
    return chosen


def vendors_on(settings: Settings, dbt_vars: Mapping[str, Any]) -> set[str]:
    """The vendors that are switched on, whatever says so."""
    defaults = project_file(settings.project_dir)["vars"]
    lists = [dbt_vars.get(kind, defaults[kind]) or [] for kind in kind_vars(settings.project_dir)]
    return {vendor for vendors in lists for vendor in vendors}

"""The dbt vars of a run: those that were given, and the vendors that the raw data switch on."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.core.errors import check_known
from pipeline.core.settings import Settings, project_file
from pipeline.inputs.declarations import Declaration, declarations
from pipeline.inputs.raw_files import OTHER_FOLDERS

# The vars of a backfill: they decide how a build reads, not what it results in.
RELOAD_VARS = ("web_reload_from", "web_reload_until")


def kind_vars(project_dir: Path) -> list[str]:
    """The vars that switch vendors on, one per kind of data."""
    return [name for name in project_file(project_dir)["vars"] if name.endswith("_sources")]


def kinds_for_table(
    vendor: str, table: str, declared: Mapping[tuple[str, str], Declaration]
) -> tuple[str, ...]:
    """
    The vars that a delivered table adds its vendor to: meta `kinds` of its declaration. A table that
    is not declared still switches on its vendor, so that the run reports the vendor's missing tables.
    That does not apply to `generic`, which has no required tables.
    """
    if (vendor, table) in declared:
        return declared[vendor, table].kinds
    of_vendor = [entry.kinds for entry in declared.values() if entry.vendor == vendor]
    return of_vendor[0] if of_vendor and vendor != "generic" else ()


def switched_on(settings: Settings, found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The vendors of each kind for the files of a raw location; the vars file overrides them."""
    declared = declarations(settings.project_dir)
    lists: dict[str, list[str]] = {kind: [] for kind in kind_vars(settings.project_dir)}
    for vendor, table in sorted(found):
        if vendor in OTHER_FOLDERS:
            continue
        for kind in kinds_for_table(vendor, table, declared):
            if vendor not in lists[kind]:
                lists[kind].append(vendor)
    return {kind: settings.vars.get(kind, vendors) for kind, vendors in lists.items()}


def make_dbt_vars(settings: Settings, found: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The vars for dbt. The demo needs only those of the vars file and --as-of."""
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


def vendors_on(
    all_vars: Mapping[str, Any], declared: Mapping[tuple[str, str], Declaration]
) -> list[str]:
    """The vendors that the vars switch on. Stops if the project does not know one."""
    known = sorted({vendor for vendor, _ in declared})
    found: list[str] = []
    for kind in (name for name in all_vars if name.endswith("_sources")):
        for vendor in all_vars[kind] or []:
            check_known(f"Var {kind}", "vendor", vendor, known)
            found.append(vendor)
    return list(dict.fromkeys(found))

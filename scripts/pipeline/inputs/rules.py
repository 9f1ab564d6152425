"""Which rules a run on own data uses: the company's own files, or the seeds of the project."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import duckdb
import pydantic
import yaml

from pipeline.core.errors import InputError, refused
from pipeline.core.settings import Settings
from pipeline.inputs.raw_files import RawFile, find_files

Terms = TypeVar("Terms", bound=pydantic.BaseModel)


def in_force(settings: Settings) -> dict[str, list[str]]:
    """The names of own rules, of seeds with rows and of empty seeds; nothing for the demo, which has its own."""
    if settings.is_demo:
        return {}
    files = find_files(settings.raw_location) if settings.raw_location else {}
    own = sorted(name for folder, name in files if folder == "rules")
    found: dict[str, list[str]] = {"own": own, "default": [], "empty": []}
    for path in sorted((settings.project_dir / "seeds" / "rules").glob("*.csv")):
        if path.stem not in own:
            has_rows = len(path.read_text(encoding="utf-8").splitlines()) > 1
            found["default" if has_rows else "empty"].append(path.stem)
    return found


def optional_columns(seed: Path) -> set[str]:
    """The columns that a company's own file of a rule may leave out, from the yml beside the seed."""
    stated = yaml.safe_load(seed.with_suffix(".yml").read_text(encoding="utf-8"))
    return {
        column["name"]
        for column in stated["seeds"][0]["columns"]
        if column.get("config", {}).get("meta", {}).get("optional")
    }


def rule_rows(
    settings: Settings, name: str, kind: type[Terms], advice: str
) -> Iterator[tuple[tuple[str, str], Terms]]:
    """The rows of a rule about raw tables, as (vendor, table) and its terms; empty values are left out."""
    for number, row in enumerate(rows_of_rule(settings, name), start=2):
        given = {column: value.strip() for column, value in row.items() if value.strip()}
        try:
            yield (row["source_system"], row["raw_table"]), kind.model_validate(given)
        except pydantic.ValidationError as error:
            column, fault = refused(error)
            place = f"{rule_file(settings, name).path}, row {number}"
            raise InputError(f"{place}: {column} = {fault}", advice) from error


def rule_file(settings: Settings, name: str) -> RawFile:
    """The company's own file of a rule or, without it, the seed."""
    own = find_files(settings.raw_location) if settings.raw_location else {}
    seed = settings.project_dir / "seeds" / "rules" / f"{name}.csv"
    return own.get(("rules", name)) or RawFile(str(seed), "csv")


def rows_of_rule(settings: Settings, name: str) -> list[dict[str, str]]:
    """The rows of a rule in force, as text, an empty one where there is no value; no row where neither file is there."""
    file = rule_file(settings, name)
    if not file.files:
        return []
    with duckdb.connect() as connection:
        found = connection.execute(f"select columns(*)::varchar from ({file.query})")
        names = [column[0] for column in found.description]
        rows = [[value or "" for value in row] for row in found.fetchall()]
        return [dict(zip(names, row, strict=True)) for row in rows]


def mapped_values(settings: Settings, rule: str, vendor: str) -> set[str]:
    """The values that a rule maps, in lower case: rows of the vendor, and the funnel's own stages."""
    column, of = {
        "stage_mapping": ("source_status", "vendor"),
        "opportunity_stages": ("stage", "source_system"),
    }[rule]
    rows = rows_of_rule(settings, rule)
    stages = {row["stage"] for row in rows_of_rule(settings, "funnel_stages")}
    return stages | {row[column].lower() for row in rows if row[of] == vendor}

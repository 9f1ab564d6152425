"""Which rules a run on own data uses: the company's own files, or the seeds of the project."""

import csv
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml

from pipeline.core.errors import InputError
from pipeline.core.settings import Settings
from pipeline.inputs.raw_files import find_files

T = TypeVar("T")


@dataclass(frozen=True)
class Rules:
    """The names of own rules, of seeds with rows and of seeds without rows."""

    own: tuple[str, ...]
    default: tuple[str, ...]
    empty: tuple[str, ...]


def in_force(settings: Settings) -> Rules | None:
    """The rules of this run; None for the demo, which has its own."""
    if settings.is_demo:
        return None
    files = find_files(settings.raw_location) if settings.raw_location else {}
    own = sorted(name for folder, name in files if folder == "rules")
    seeds = sorted((settings.project_dir / "seeds" / "rules").glob("*.csv"))
    has_rows = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) > 1 for path in seeds}
    return Rules(
        tuple(own),
        tuple(name for name in has_rows if name not in own and has_rows[name]),
        tuple(name for name in has_rows if name not in own and not has_rows[name]),
    )


def in_words(rules: Rules) -> list[tuple[str, str]]:
    """Label and text of each line of the summary."""
    empty = f"{', '.join(rules.empty) or 'none'} (docs/rules.md says what is null without them)"
    default = f"{len(rules.default)} of seeds/rules: {', '.join(rules.default)}"
    default = "\n".join(textwrap.wrap(default, 100))
    own = ", ".join(rules.own) or "none"
    return [("Own rules", own), ("Empty rules", empty), ("Default rules", default)]


def optional_columns(seed: Path) -> set[str]:
    """The columns that a company's own file of a rule may leave out, from the yml beside the seed."""
    stated = yaml.safe_load(seed.with_suffix(".yml").read_text(encoding="utf-8"))
    return {
        column["name"]
        for column in stated["seeds"][0]["columns"]
        if column.get("config", {}).get("meta", {}).get("optional")
    }


def rule_rows(
    settings: Settings, name: str, make: Callable[[Mapping[str, str]], T], advice: str
) -> Iterator[tuple[tuple[str, str], T]]:
    """The rows of a rule about raw tables, as (vendor, table) and what `make` makes of the row."""
    own = settings.raw_location / "rules" / f"{name}.csv" if settings.raw_location else None
    seed = settings.project_dir / "seeds" / "rules" / f"{name}.csv"
    path = own if own and own.is_file() else seed
    if not path.is_file():
        return
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                made = (row["source_system"], row["raw_table"]), make(row)
            except (KeyError, TypeError, ValueError) as error:
                values = ", ".join(f"{column} = {value}" for column, value in row.items())
                raise InputError(f"{path}, row {number}: {error} ({values})", advice) from error
            yield made

"""Which rules a run on own data uses: the company's own files, or the seeds of the project."""

import csv
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pipeline.core.errors import InputError
from pipeline.core.settings import Settings
from pipeline.inputs.raw_files import find_files


@dataclass(frozen=True)
class Rules:
    """Names of the rules by where their rows come from; an empty rule is a seed without rows."""

    own: tuple[str, ...]
    default: tuple[str, ...]
    empty: tuple[str, ...]


def in_force(settings: Settings) -> Rules | None:
    """The rules of this run; None for the demo, which brings its own."""
    if settings.is_demo:
        return None
    files = find_files(settings.raw_location) if settings.raw_location else {}
    own = sorted(name for folder, name in files if folder == "rules")
    seeds = sorted((settings.project_dir / "seeds" / "rules").glob("*.csv"))
    filled = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) > 1 for path in seeds}
    unchanged = [name for name in filled if name not in own]
    return Rules(
        tuple(own),
        tuple(name for name in unchanged if filled[name]),
        tuple(name for name in unchanged if not filled[name]),
    )


def in_words(rules: Rules) -> list[tuple[str, str]]:
    """Label and text of each line of the summary about them."""
    empty = f"{', '.join(rules.empty) or 'none'} (docs/rules.md says what is null without them)"
    default = f"{len(rules.default)} of seeds/rules: {', '.join(rules.default)}"
    default = "\n".join(textwrap.wrap(default, 100))
    own = ", ".join(rules.own) or "none"
    return [("Own rules", own), ("Empty rules", empty), ("Default rules", default)]


T = TypeVar("T")


def rule_file(settings: Settings, name: str) -> Path | None:
    """A rule that the audits read: the user's own file, else the project's seed."""
    own = settings.raw_location / "rules" / f"{name}.csv" if settings.raw_location else None
    seed = settings.project_dir / "seeds" / "rules" / f"{name}.csv"
    path = own if own and own.is_file() else seed
    return path if path.is_file() else None


def rule_rows(
    settings: Settings, name: str, make: Callable[[Mapping[str, str]], T], advice: str
) -> Iterator[tuple[tuple[str, str], T]]:
    """What a rule says, row by row, with (vendor, table); a row that cannot be used stops the run."""
    path = rule_file(settings, name)
    if path is None:
        return
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                made = (row["source_system"], row["raw_table"]), make(row)
            except (KeyError, TypeError, ValueError) as error:
                raise InputError(
                    f"{path}, row {number}: {error} cannot be used.", advice
                ) from error
            yield made

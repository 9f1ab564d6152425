"""Which rules a run on own data uses: the company's own files, or the seeds of the project."""

import textwrap
from dataclasses import dataclass

from pipeline.inputs import find_files
from pipeline.settings import Settings


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
    """Label and text of each line that the summary says about them."""
    empty = f"{', '.join(rules.empty) or 'none'} (docs/rules.md says what is null without them)"
    default = f"{len(rules.default)} of seeds/rules: {', '.join(rules.default)}"
    lines = [("Own rules", ", ".join(rules.own) or "none"), ("Empty rules", empty)]
    first, *rest = textwrap.wrap(default, 100)
    return [*lines, ("Default rules", first), *(("", line) for line in rest)]

"""
How the staging models parse text on DuckDB, taken from the project's own macros, so that the raw audit
and the build always agree on which values can be read.
"""

from functools import cache
from typing import Any

import jinja2

from pipeline.core.settings import PROJECT_DIR

# The macros that are called, and those that they call.
MACROS = ("inputs/typed_column", "normalised_text", "engine/matches", "engine/parse_text")


class Adapter:
    """dbt's `adapter` object as far as these macros use it: `dispatch` returns DuckDB's macro."""

    def __init__(self, macros: dict[str, Any]) -> None:
        self._macros = macros

    def dispatch(self, name: str) -> Any:
        """The macro of DuckDB."""
        return self._macros[f"duckdb__{name}"]


@cache
def macros() -> dict[str, Any]:
    """The macros, by name."""
    files = [PROJECT_DIR / "macros" / f"{name}.sql" for name in MACROS]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    found: dict[str, Any] = {}
    # In these macros `return` is always last, so printing its value has the same effect.
    known = {"adapter": Adapter(found), "return": lambda value: value}
    module = jinja2.Environment(autoescape=False).from_string(source, globals=known).module
    found.update({name: macro for name, macro in vars(module).items() if callable(macro)})
    return found


def parse_text(column: str, data_type: str) -> str:
    """SQL that reads a text column as a type; null if it cannot be read."""
    return " ".join(str(macros()["parse_text"](f'"{column}"', data_type)).split())


def listed_value(expression: str) -> str:
    """SQL that brings a value into the spelling of the lists of values."""
    return str(macros()["listed_value"](expression)).strip()

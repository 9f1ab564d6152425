"""
How the staging models read text as a type on DuckDB, taken from the macros that they are written with:
an audit with a grammar of its own would pass what is set aside later, and warn of what is read.
"""

from functools import cache
from typing import Any

import jinja2

from pipeline.core.settings import PROJECT_DIR

# The macro that is called, and those it is made of.
MACROS = ("inputs/typed_column", "normalised_text", "engine/matches", "engine/parse_text")


class Adapter:
    """What dbt calls an adapter, as far as these macros ask it: each dispatches to DuckDB's own."""

    def __init__(self, macros: dict[str, Any]) -> None:
        self._macros = macros

    def dispatch(self, name: str) -> Any:
        """DuckDB's macro of a name."""
        return self._macros[f"duckdb__{name}"]


@cache
def macros() -> dict[str, Any]:
    """The macros, by name."""
    files = [PROJECT_DIR / "macros" / f"{name}.sql" for name in MACROS]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    found: dict[str, Any] = {}
    # `return` ends a macro in dbt; in these it is the last word, so that printing it does the same.
    known = {"adapter": Adapter(found), "return": lambda value: value}
    module = jinja2.Environment(autoescape=False).from_string(source, globals=known).module
    found.update({name: macro for name, macro in vars(module).items() if callable(macro)})
    return found


def parse_text(column: str, data_type: str) -> str:
    """SQL of a column of text as a type, null where it cannot be read as one."""
    return " ".join(str(macros()["parse_text"](f'"{column}"', data_type)).split())


def listed_value(expression: str) -> str:
    """SQL of a value of a list as the lists write it."""
    return str(macros()["listed_value"](expression)).strip()

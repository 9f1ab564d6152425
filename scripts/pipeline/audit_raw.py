"""
Step audit raw: Great Expectations on the raw tables where they lie, before anything is loaded.
"""

from collections.abc import Callable

from pipeline.history import QualityResult
from pipeline.inputs import RawTable
from pipeline.preflight import Inputs
from pipeline.settings import Settings
from pipeline.suites import raw

# A CSV up to this size is read into memory once; above it every expectation reads the file where it
# lies.
SMALL_CSV_BYTES = 64 * 1024**2


def view_statement(table: RawTable) -> str:
    """Makes a raw table readable as raw_<vendor>.<table>."""
    declared = table.declaration
    is_small_csv = (
        table.file and table.file.file_format == "csv" and table.file.size <= SMALL_CSV_BYTES
    )
    kind = "table" if is_small_csv else "view"
    return f'create {kind} "raw_{declared.vendor}"."{declared.table}" as {table.query}'


def setup_statements(settings: Settings, tables: tuple[RawTable, ...]) -> list[str]:
    """All that the audit's in-memory database needs to see the raw tables."""
    attach = (
        [f"attach '{settings.build_database}' as build (read_only)"]
        if any(t.relation for t in tables)
        else []
    )
    schemas = sorted({f"raw_{table.declaration.vendor}" for table in tables})
    return [
        *attach,
        *(f'create schema "{name}"' for name in schemas),
        *(view_statement(table) for table in tables),
    ]


def audit_raw(
    settings: Settings, found: Inputs, on_progress: Callable[[int, int, str], None]
) -> list[QualityResult]:
    """Every expectation on every raw table that was delivered."""
    if not found.tables:
        return []
    from pipeline.expectations import Auditor

    auditor = Auditor("raw", setup_statements(settings, found.tables))
    try:
        results = []
        for number, table in enumerate(found.tables):
            declared = table.declaration
            on_progress(number, len(found.tables), declared.label)
            results += auditor.run(
                f"raw_{declared.vendor}", declared.table, raw.suite(table), declared.label
            )
        return results
    finally:
        auditor.close()


def advice_for(found: Inputs) -> dict[tuple[str, str], str]:
    """The advice of each raw check that has one, by (table, name of the check)."""
    return {
        (table.declaration.label, check.name): check.advice
        for table in found.tables
        for check in raw.suite(table)
        if check.advice
    }

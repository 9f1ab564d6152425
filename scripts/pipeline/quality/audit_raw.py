"""
Step audit raw: Great Expectations on the raw tables where they lie, before anything is loaded.
"""

from pipeline.core.console import OnProgress
from pipeline.core.settings import Settings
from pipeline.core.sql import limits
from pipeline.inputs.find import Inputs, vars_of_run
from pipeline.inputs.raw_files import RawTable
from pipeline.quality import baseline, deliveries, drift
from pipeline.quality import raw_suite as raw
from pipeline.quality.checks import Check
from pipeline.records import history
from pipeline.records.history import ERROR, QualityResult

# A few rows that are set aside are the project's business; where many are, an export has changed, and
# marts without them would be wrong. Fewer than LEAST_SET_ASIDE count only where they are all there is.
USABLE = "nearly all of its rows can be used"
USABLE_ADVICE = (
    "too many would be set aside to publish without them: correct the export. If this is intended,"
    " raise var set_aside_max_share"
)
LEAST_SET_ASIDE = 10
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
        *limits(settings.spill_dir),
        *attach,
        *(f'create schema "{name}"' for name in schemas),
        *(view_statement(table) for table in tables),
    ]


def audit_raw(
    settings: Settings, found: Inputs, as_of: str, on_progress: OnProgress
) -> list[QualityResult]:
    """
    Every expectation on every raw table that was delivered, and how fresh and how whole they are.
    """
    if not found.tables:
        return []
    from pipeline.quality.expectations import Auditor

    auditor = Auditor("raw", setup_statements(settings, found.tables))
    terms = drift.read_terms(settings)
    run_vars = vars_of_run(settings, found)
    last_day = deliveries.last_whole_day(settings, as_of)
    try:
        results = []
        for number, table in enumerate(found.tables):
            declared = table.declaration
            on_progress(number, len(found.tables), declared.label)
            drifting = terms.get((declared.vendor, declared.table), [])
            checks = [*raw.suite(table), *drift.suite(table, drifting, last_day)]
            found_out = auditor.run(
                f"raw_{declared.vendor}", declared.table, checks, declared.label
            )
            most = float(run_vars["set_aside_max_share"])
            results += [*found_out, usable(checks, found_out, most)]
        rows = {r.table_name: int(r.observed_value) for r in results if r.expectation == "has rows"}
        accepted = run_vars.get("accepted_quiet_days") or ()
        seen = deliveries.look(settings, found.tables, as_of, auditor.query, rows, accepted)
        history.add_deliveries(settings, seen.tables)
        accepted = set(run_vars.get("accepted_changes") or ())
        return [*results, *seen.results, *baseline.compare(settings, found, seen, accepted)]
    finally:
        auditor.close()


def usable(
    checks: list[Check], results: list[QualityResult], most_set_aside: float
) -> QualityResult:
    """
    The verdict on how many rows would be set aside, from what was counted already: the check that
    most rows do not meet.
    """
    (rows,) = (int(r.observed_value) for r in results if r.expectation == "has rows")
    lost = [
        (int(result.observed_value.split()[0]), result.expectation)
        for check, result in zip(checks, results, strict=True)
        if raw.sets_aside(check) and not result.is_met
    ]
    count, worst = max(lost, default=(0, ""))
    is_met = count <= most_set_aside * rows or (count < LEAST_SET_ASIDE and count < rows)
    observed = (
        "" if is_met else f"{count} of {rows} rows cannot, because not every row meets: {worst}"
    )
    return QualityResult(
        "raw", results[0].table_name, USABLE, ERROR, is_met, observed, USABLE_ADVICE
    )

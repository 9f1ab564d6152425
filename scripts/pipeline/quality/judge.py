"""Judges the results of an audit: records them, warns, and stops the run at an error."""

from pipeline.core import console
from pipeline.core.errors import DataError
from pipeline.core.settings import Settings
from pipeline.records import history
from pipeline.records.history import ERROR, QualityResult


def judge(
    settings: Settings, results: list[QualityResult], advice: dict[tuple[str, str], str]
) -> str:
    """Records and shows what an audit found; an error that is not met stops the run."""
    history.add_results(settings, results)
    unmet = [result for result in results if not result.is_met]
    for result in unmet:
        if result.severity != ERROR:
            console.warn(
                f"audit {result.border}",
                sentence(result, advice),
                table=result.table_name,
                expectation=result.expectation,
            )
    errors = [sentence(result, advice) for result in unmet if result.severity == ERROR]
    if errors:
        raise DataError(
            "\n".join(errors),
            "Mend the raw data it names, or deliver it again, then start again."
            if unmet[0].border == "raw"
            else f"The marts as built are in {settings.built_in}: compare there. Readers keep"
            f" the last version.",
        )
    tables = len({result.table_name for result in results})
    return f"{len(results)} expectations on {tables} tables, {len(unmet)} warnings"


def sentence(result: QualityResult, advice: dict[tuple[str, str], str]) -> str:
    """One unmet expectation in words."""
    more = result.advice or advice.get((result.table_name, result.expectation), "")
    observed = f" (found: {result.observed_value})" if result.observed_value else ""
    return (
        f"{result.table_name}: not met: {result.expectation}{observed}{'; ' + more if more else ''}"
    )

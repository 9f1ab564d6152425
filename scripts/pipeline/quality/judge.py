"""Judges the results of an audit: records them, warns, and stops the run at an error."""

from pipeline.core import console
from pipeline.core.errors import DataError
from pipeline.core.settings import Settings
from pipeline.records import history
from pipeline.records.history import ERROR, QualityResult


def judge(settings: Settings, results: list[QualityResult]) -> str:
    """Records and shows what an audit found; an error that is not met stops the run."""
    history.add_results(settings, results)
    unmet = [result for result in results if not result.is_met]
    for result in unmet:
        if result.severity != ERROR:
            console.warn(
                f"audit {result.border}",
                sentence(result),
                table=result.table_name,
                expectation=result.expectation,
            )
    errors = [sentence(result) for result in unmet if result.severity == ERROR]
    if errors:
        raise DataError(
            "\n".join(errors),
            "Correct the raw data that the message names, or deliver them again; then start again."
            if unmet[0].border == "raw"
            else f"Compare the marts as built in {settings.built_in}. Readers keep the last version.",
        )
    return f"{len(results)} expectations, {len(unmet)} warnings"


def sentence(result: QualityResult) -> str:
    """What is wrong where an expectation is not met, and what to do."""
    advice = f"; {result.advice}" if result.advice else ""
    return f"{result.table_name}: {result.observed_value}{advice}"

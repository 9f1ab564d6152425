"""The command `run --dry-run`: what a run would read, build and publish. Writes nothing, takes no lock."""

from pipeline.core import console, lock, places, versions
from pipeline.core.errors import SUCCESS, PipelineError
from pipeline.core.settings import Settings
from pipeline.inputs.find import marts_of_project
from pipeline.publishing.unchanged import fingerprint
from pipeline.records import history
from pipeline.verbs.preflight import checked_inputs, in_words
from pipeline.verbs.report import what_readers_see
from pipeline.verbs.run import nothing_to_do

STEP = "dry run"


def dry_run(settings: Settings) -> int:
    """The checks of a run, then what it would do; same exit codes as a run."""
    before = versions.current_version(settings)
    try:
        places.check_warehouse(settings, writes=False)
        places.check_disk(settings)
        last = history.newest_run(settings, history.SUCCEEDED)
        found = checked_inputs(settings, last, writes=False)
        for table in found.tables:
            size = f", {table.file.size:,} bytes" if table.file else ""
            console.log(STEP, f"reads {table.declaration.label}: {table.place}{size}")
        console.log(STEP, in_words(settings, found))
        outcome = nothing_to_do(settings, fingerprint(settings, found))
        if outcome and not settings.is_always_built:
            console.log(STEP, f"{outcome.message}: a run would build nothing (without --force)")
            return SUCCESS
        console.log(STEP, would_build(settings))
        if holder := lock.holder(settings.warehouse_dir):
            console.warn(
                STEP, f"a run is active ({lock.in_words(holder)}): wait until it has ended"
            )
    except PipelineError as error:
        console.report_failure(error, STEP, what_readers_see(settings, before))
        return error.exit_code
    return SUCCESS


def would_build(settings: Settings) -> str:
    """Which marts a run would build, and whether it would publish them; `dbt list` names all models and tests."""
    marts = settings.select or sorted(marts_of_project(settings))
    ending = "audit" if settings.select else "publish"
    nothing = ", and publish nothing" if settings.select else ""
    return f"a run would build, test and {ending} {len(marts)} marts: {', '.join(marts)}{nothing}"

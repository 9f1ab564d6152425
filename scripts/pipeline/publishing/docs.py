"""Step docs, with --docs: one page of dbt docs on the models, columns, lineage and metrics behind the marts."""

import shutil

from pipeline.core.errors import InternalError
from pipeline.core.settings import Settings
from pipeline.engines.build import environment_of_run, project_arguments, release_database
from pipeline.engines.failures import stopped
from pipeline.inputs.find import Inputs

GENERATED = "static_index.html"


def make_docs(settings: Settings, found: Inputs) -> str:
    """Writes the page that the publication takes into the version; returns what to report."""
    from dbt.cli.main import dbtRunner

    # The SQL of the models is on the page as it is written; compiling all of it would double the time.
    arguments = project_arguments(settings, found, "docs", ["generate", "--static", "--no-compile"])
    try:
        with environment_of_run(settings, found):
            outcome = dbtRunner().invoke(arguments)
    finally:
        release_database()
    if outcome.exception:
        raise stopped(outcome.exception)
    page = settings.target_path / GENERATED
    if not outcome.success or not page.is_file():
        raise InternalError(
            "dbt docs could not be written.", "Read logs/dbt.log, or run without --docs."
        )
    settings.docs_dir.mkdir(exist_ok=True)
    shutil.copyfile(page, settings.docs_dir / "index.html")
    return f"{page.stat().st_size / 1e6:.1f} MB"

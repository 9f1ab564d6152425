"""The command `run --dry-run`: what a run would read, build and publish. Writes nothing, takes no lock."""

import json
import os
import shutil
import tempfile
from typing import Any

from pipeline.core import console, lock, places, versions
from pipeline.core.errors import SUCCESS, PipelineError
from pipeline.core.settings import Settings
from pipeline.engines import marts
from pipeline.engines.build import dbt_arguments
from pipeline.engines.failures import stopped
from pipeline.inputs.find import Inputs
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
        console.log(STEP, would_build(settings, found))
        if holder := lock.holder(settings.warehouse_dir):
            console.warn(
                STEP, f"a run is active ({lock.in_words(holder)}): wait until it has ended"
            )
    except PipelineError as error:
        console.report_failure(error, STEP, what_readers_see(settings, before))
        return error.exit_code
    return SUCCESS


def would_build(settings: Settings, found: Inputs) -> str:
    """What dbt would build, from `dbt list` in a temporary folder."""
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as folder:
        cache = settings.target_path / "partial_parse.msgpack"
        if cache.is_file():
            shutil.copy(cache, folder)
        os.environ["WAREHOUSE_DIR"] = str(settings.warehouse_dir)
        folders = ["--target-path", folder, "--log-path", folder]
        keys = ["--output", "json", "--output-keys", "name", "resource_type", "config"]
        outcome = dbtRunner().invoke(dbt_arguments(settings, found, "list", folders) + keys)
        if outcome.exception or not outcome.success:
            raise stopped(outcome.exception or RuntimeError("dbt list did not succeed"))
        lines: Any = outcome.result or []
        nodes = [json.loads(line) for line in lines]
    kinds = [node["resource_type"] for node in nodes]
    published = sorted(
        node["name"]
        for node in nodes
        if node["resource_type"] == "model"
        and node.get("config", {}).get("schema") in marts.PUBLISHED_SCHEMAS
    )
    ending = "audit" if settings.select else "publish"
    nothing = ", and publish nothing" if settings.select else ""
    return (
        f"a run would build {kinds.count('model')} models and {kinds.count('seed')} seeds, run"
        f" {kinds.count('test')} tests, and {ending} {len(published)} marts:"
        f" {', '.join(published)}{nothing}"
    )

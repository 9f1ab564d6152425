"""dbt for the tests: each command in a process of its own, without the imports and the parse that others have done.

Starting dbt costs some seconds of imports and many of parsing the project, more than most tests build. The processes
are forked from a server that has done the imports, and are given the manifest of an earlier command whose vars differ
from theirs in RUN_TIME_VARS alone.
"""

import hashlib
import json
import multiprocessing
import os
import shlex
import shutil
import sys
from pathlib import Path

# Vars that only the SQL of a run reads: no enabled, no materialized, no ref() and no source() depends on them. A command
# that differs from the earlier ones in any other var parses the project anew.
RUN_TIME_VARS = {
    "account_rollup",
    "as_of_date",
    "attribution_lookback_days",
    "crm_of",
    "fiscal_year_start_month",
    "raw_location",
    "reporting_currency",
    "reporting_timezone",
    "session_splits_on_campaign",
    "web_reload_from",
    "web_reload_until",
}
# There they decide of a model whether it is built anew.
PARSED_ON_SPARK = {"web_reload_from", "web_reload_until"}
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb"])


def call(
    command: str, vars: dict, environment: dict[str, str], output: Path, manifests: Path
) -> tuple[int, str]:
    """Runs a dbt command in the project: its exit code and all that it printed, which goes through the file `output`.

    `manifests` is the folder in which test processes leave each other what they have parsed."""
    options = shlex.split(command)
    target = options[options.index("--target") + 1] if "--target" in options else ""
    of_run = RUN_TIME_VARS - (PARSED_ON_SPARK if target == "spark" else set())
    parsed = {name: value for name, value in vars.items() if name not in of_run}
    key = json.dumps([target, parsed], sort_keys=True)
    manifest = manifests / f"{hashlib.sha256(key.encode()).hexdigest()}.msgpack"
    is_given = manifest.exists() and options[0] != "parse"
    arguments = [*options, "--vars", json.dumps(vars)]
    process = SERVER.Process(
        target=run, args=(arguments, environment, output, manifest if is_given else None)
    )
    process.start()
    process.join()
    written = Path(environment["DBT_TARGET_PATH"]) / "partial_parse.msgpack"
    if process.exitcode == 0 and not is_given and written.exists():
        unfinished = manifest.with_suffix(f".{os.getpid()}")
        shutil.copy(written, unfinished)
        unfinished.replace(manifest)
    return process.exitcode, output.read_text()


def run(
    arguments: list[str], environment: dict[str, str], output: Path, manifest: Path | None
) -> None:
    """In the forked process: dbt as its command line runs it, printing into a file."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(environment["DBT_PROJECT_DIR"])
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    given = None
    if manifest:
        given = Manifest.from_msgpack(manifest.read_bytes())
        given.build_flat_graph()
    outcome = dbtRunner(manifest=given).invoke(arguments)
    sys.stdout.flush()
    sys.exit(0 if outcome.success else 1)

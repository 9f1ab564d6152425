"""
Dagster: one nightly run of the pipeline, with an asset for each published mart. Try it with
`pip install -e '.[dagster]'` and `dagster dev -f examples/schedulers/dagster_definitions.py`.

The assets are computed by one process, run_pipeline.py, which publishes all of them or none.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

PROJECT = Path(os.environ.get("REVENUE_FUNNEL", Path(__file__).resolve().parents[2]))
RAW_LOCATION = os.environ.get("RAW_LOCATION", "/srv/raw")
# Retry only if another run was active or the machine failed. Errors in data and settings need a person.
WORTH_A_RETRY = {3, 4}


def marts() -> list[tuple[str, str]]:
    """(schema, mart) of all that is published, as the project's folders have it."""
    paths = sorted((PROJECT / "models" / "marts").glob("*/*.sql"))
    return [("operations" if p.parent.name == "operations" else "marts", p.stem) for p in paths]


def command() -> list[str]:
    """The run; its day is the day on which it starts."""
    script = PROJECT / "scripts" / "run_pipeline.py"
    options = ["--log-format", "json", "--raw-location", RAW_LOCATION]
    return [sys.executable, str(script), "run", *options]


def said(process: "subprocess.Popen[str]", log: "dg.DagsterLogManager") -> dict:
    """Passes the run's lines on to Dagster's log; returns the last, which bears the verdict."""
    last: dict = {}
    for line in process.stdout or ():
        last = json.loads(line)
        level = {"warning": log.warning, "error": log.error}.get(last["level"], log.info)
        level(f"{last['step']}: {last['message']}")
    return last


@dg.multi_asset(
    name="revenue_funnel",
    specs=[dg.AssetSpec(dg.AssetKey(list(names)), group_name=names[0]) for names in marts()],
    retry_policy=dg.RetryPolicy(max_retries=2, delay=600),
    can_subset=False,
)
def published(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Runs the pipeline; each mart is materialized with its rows, or none is."""
    process = subprocess.Popen(
        command(), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    verdict = said(process, context.log)
    code = process.wait()
    if code:
        raise dg.Failure(
            f"exit code {code}: {verdict.get('message', 'no verdict')}\n{verdict.get('advice', '')}",
            allow_retries=code in WORTH_A_RETRY,
        )
    for schema, name in marts():
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey([schema, name]),
            metadata={
                "version": verdict["version"],
                "dagster/row_count": verdict["rows_by_table"][f"{schema}.{name}"],
            },
        )


nightly = dg.define_asset_job("nightly", selection=dg.AssetSelection.assets(published))
defs = dg.Definitions(
    assets=[published],
    jobs=[nightly],
    schedules=[dg.ScheduleDefinition(job=nightly, cron_schedule="0 3 * * *")],
)

"""The commands `status` and `history`: what is published, what runs, and how the last runs ended."""

import json
from typing import Any

from pipeline.core import lock, versions
from pipeline.core.errors import SUCCESS, DataError
from pipeline.core.settings import Settings, utc_now
from pipeline.publishing import spark_readers
from pipeline.records import history
from pipeline.records.published import published_stamp


def status(settings: Settings, as_json: bool, max_age_hours: float | None) -> int:
    """Prints the state; exit code 1 if the published version is too old or there is none."""
    state = state_of(settings)
    print(json.dumps(state, default=str) if as_json else in_words(state))
    age = state["age_hours"]
    too_old = max_age_hours is not None and (age is None or age > max_age_hours)
    if too_old and not as_json:
        print(f"Too old      more than {max_age_hours:g} hours, or nothing is published")
    return DataError.exit_code if too_old else SUCCESS


def state_of(settings: Settings) -> dict[str, Any]:
    """Everything that `status` shows."""
    stamp = published_stamp(settings)
    age = (utc_now() - stamp["finished_at"]).total_seconds() / 3600 if stamp else None
    return {
        "warehouse": str(settings.warehouse_dir),
        "running": lock.holder(settings.warehouse_dir),
        "current": versions.current_version(settings),
        "published_at": stamp.get("finished_at"),
        "age_hours": round(age, 4) if age is not None else None,
        "as_of_date": stamp.get("as_of_date"),
        "rows": stamp.get("rows"),
        "source": stamp.get("source"),
        "kept_versions": versions.kept_versions(settings),
        "spark": spark_readers.in_words(settings) or None,
        "last_run": next(iter(run_rows(settings, 1)), None),
    }


def run_rows(settings: Settings, number: int) -> list[dict[str, Any]]:
    """The last runs, newest first. A run that is recorded as running without a process has died."""
    runs = history.read(
        settings,
        "select run_id, status, failed_step, message, rows, seconds, started_at, as_of_date"
        f" from pipeline_runs order by run_id desc limit {number:d}",
    )
    is_running = lock.holder(settings.warehouse_dir) is not None
    for run in runs:
        if run["status"] == "running" and not is_running:
            run["status"] = "interrupted"
            run["message"] = "the process ended without a result; the next run continues"
    return runs


def in_words(state: dict[str, Any]) -> str:
    """The state, one fact per line."""
    running, last = state["running"], state["last_run"]
    lines = [f"Running      {lock.in_words(running) if running else 'nothing'}"]
    if state["current"] is None:
        lines.append("Published    nothing yet")
    elif state["age_hours"] is None:
        lines.append(
            f"Published    {state['current']}, but its file cannot be read: roll back, or run"
        )
    else:
        lines += [
            f"Published    {state['current']}, {state['age_hours']:.1f} hours old, facts up to"
            f" {state['as_of_date']}, {state['rows']:,} rows",
            f"Built from   {state['source'] or 'a source that was not recorded'}",
        ]
    if state["spark"]:
        lines.append(f"Spark        {state['spark']}")
    lines.append(f"Kept         {', '.join(state['kept_versions']) or 'none'}")
    if last:
        step = f" in step '{last['failed_step']}'" if last["failed_step"] else ""
        message = f": {last['message']}" if last["message"] else ""
        lines.append(f"Last run     {last['run_id']} {last['status']}{step}{message}")
    else:
        lines.append("Last run     none yet")
    return "\n".join(lines)


def show_history(settings: Settings, number: int, as_json: bool) -> int:
    """Prints the last runs, newest first, each with its steps."""
    runs = run_rows(settings, number)
    steps = history.read(
        settings,
        "select run_id, step, status, seconds, rows, message from pipeline_steps"
        " order by run_id, step_number",
    )
    for run in runs:
        run["steps"] = [step for step in steps if step["run_id"] == run["run_id"]]
    if as_json:
        print(json.dumps(runs, default=str))
    elif not runs:
        print(f"No run yet in {settings.warehouse_dir}.")
    else:
        print("\n\n".join(run_in_words(run) for run in runs))
    return SUCCESS


def run_in_words(run: dict[str, Any]) -> str:
    """One run: its result, then its steps."""
    rows = f", {run['rows']:,} rows" if run["rows"] is not None else ""
    seconds = f" in {run['seconds']:.1f} s" if run["seconds"] is not None else ""
    started_at = f"{run['started_at']:%Y-%m-%d %H:%M} UTC"
    lines = [f"{run['run_id']}  {started_at}  {run['status']}{seconds}{rows}"]
    for step in run["steps"]:
        first, *others = (step["message"] or "").splitlines() or [""]
        lines.append(f"  {step['step']:<12} {step['status']:<7} {step['seconds']:>8.1f} s  {first}")
        lines += [f"{'':<35}{line}" for line in others]
    if run["message"] and run["status"] not in ("failed", "published"):
        lines.append(f"  {run['message']}")
    return "\n".join(lines)

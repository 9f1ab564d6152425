"""
Notification: the verdict of a run as JSON to one webhook (PIPELINE_WEBHOOK_URL). It never fails a
run, and neither the URL, which is a secret, nor what the server answers goes into a log.
"""

import json
import time
import urllib.error
import urllib.request
from typing import Any

from pipeline.core import console
from pipeline.core.errors import PipelineError
from pipeline.core.settings import Settings
from pipeline.core.versions import current_version

ATTEMPTS = 4
SECONDS_BEFORE_RETRY = 1.0  # doubled after each attempt
TIMEOUT_SECONDS = 5.0
# Answers that another attempt may change; any other refusal is final.
WORTH_ANOTHER_ATTEMPT = {408, 425, 429, 500, 502, 503, 504}


def failed(
    settings: Settings, error: PipelineError, step: str, published: str, seconds: float
) -> None:
    """Tells of a run that failed: where, why, what to do, and what readers see."""
    first_line = error.message.splitlines()[0] if error.message else type(error).__name__
    body = {
        "text": f"Pipeline run {settings.run_id} FAILED in step '{step}': {first_line}",
        "status": "failed",
        "exit_code": error.exit_code,
        "failed_step": step,
        "message": error.message,
        "advice": error.advice,
        "published": published,
    }
    send(settings, body, seconds)


def ended(settings: Settings, outcome: Any, seconds: float) -> None:
    """Tells of a run that published, was a try, or held back; a run without any change is no news."""
    if outcome.status == "unchanged" or settings.notify_on == "failures":
        return
    rows = sum(outcome.rows.values())
    text = f"Pipeline run {settings.run_id} {outcome.status}: {rows:,} rows"
    body = {
        "text": f"{text}; {outcome.message}" if outcome.message else text,
        "status": outcome.status,
        "exit_code": 0,
        "message": outcome.message,
        "rows": rows,
    }
    send(settings, body, seconds)


def send(settings: Settings, body: dict[str, Any], seconds: float) -> bool:
    """Posts the JSON, again after a while where that may help; whether it arrived."""
    if not settings.webhook_url:
        return False
    entry = {
        **body,
        "run_id": settings.run_id,
        "version": current_version(settings),
        "started_at": f"{settings.started_at:%Y-%m-%dT%H:%M:%SZ}",
        "seconds": round(seconds, 3),
        "warehouse": str(settings.warehouse_dir),
    }
    problem = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(SECONDS_BEFORE_RETRY * 2 ** (attempt - 1))
        problem, is_final = post(settings.webhook_url, entry)
        if not problem:
            return True
        if is_final:
            break
    console.warn(
        "notify",
        f"the webhook could not be told ({problem}); the run's verdict stands. Check"
        " PIPELINE_WEBHOOK_URL and the server behind it.",
    )
    return False


def post(url: str, entry: dict[str, Any]) -> tuple[str, bool]:
    """One attempt: what went wrong, without the URL ('' where nothing did), and if that is final."""
    if not url.startswith(("http://", "https://")):
        return "PIPELINE_WEBHOOK_URL is no http or https URL", True
    try:
        request = urllib.request.Request(
            url,
            data=json.dumps(entry, default=str).encode(),
            headers={"Content-Type": "application/json", "User-Agent": "revenue-funnel-pipeline"},
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
            return "", True
    except urllib.error.HTTPError as error:
        return f"HTTP status {error.code}", error.code not in WORTH_ANOTHER_ATTEMPT
    except OSError as error:
        cause = getattr(error, "reason", error)
        return f"no connection, {type(cause).__name__}", False
    except Exception as error:  # a malformed URL, an answer that is no HTTP: never the run's fault
        return type(error).__name__, True

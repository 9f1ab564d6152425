"""
Posts the result of a run as JSON to a webhook (PIPELINE_WEBHOOK_URL). A failed post does not fail the
run. The URL is a secret, so neither it nor the answer of the server is logged.
"""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from pipeline.core import console
from pipeline.core.errors import PipelineError
from pipeline.core.settings import Settings
from pipeline.core.versions import current_version

ATTEMPTS = 4
SECONDS_BEFORE_RETRY = 1.0  # doubled after each attempt; the first retry follows at once
TIMEOUT_SECONDS = 5.0
# Statuses after which another attempt may succeed.
WORTH_ANOTHER_ATTEMPT = (408, 425, 429, 500, 502, 503, 504)


def failed(
    settings: Settings, error: PipelineError, step: str, published: str, seconds: float
) -> None:
    """Reports a run that failed."""
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


def ended(settings: Settings, status: str, message: str, rows: int, seconds: float) -> None:
    """Reports a run that did not fail, unless nothing has changed or only failures are wanted."""
    if status == "unchanged" or settings.environment.pipeline_notify_on == "failures":
        return
    text = f"Pipeline run {settings.run_id} {status}: {rows:,} rows"
    body = {
        "text": f"{text}; {message}" if message else text,
        "status": status,
        "exit_code": 0,
        "message": message,
        "rows": rows,
    }
    send(settings, body, seconds)


def send(settings: Settings, body: dict[str, Any], seconds: float) -> bool:
    """Posts the JSON, with retries; returns whether it arrived."""
    if not settings.environment.pipeline_webhook_url:
        return False
    entry = {
        **body,
        "run_id": settings.run_id,
        "version": current_version(settings),
        "started_at": f"{settings.started_at:%Y-%m-%dT%H:%M:%SZ}",
        "seconds": round(seconds, 3),
        "warehouse": str(settings.warehouse_dir),
    }
    retries = Retry(
        ATTEMPTS - 1,
        status_forcelist=WORTH_ANOTHER_ATTEMPT,
        allowed_methods=None,
        backoff_factor=SECONDS_BEFORE_RETRY,
        raise_on_status=False,
        respect_retry_after_header=False,  # the server could make the run wait
    )
    try:
        with requests.Session() as session:
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=retries))
            headers = {"User-Agent": "revenue-funnel-pipeline"}
            answer = session.post(
                settings.environment.pipeline_webhook_url,
                json=entry,
                headers=headers,
                timeout=TIMEOUT_SECONDS,
            )
        problem = "" if answer.ok else f"HTTP status {answer.status_code}"
    except Exception as error:  # a failed post must not fail the run
        problem = f"no connection, {type(error).__name__}"
    if problem:
        console.warn(
            "notify",
            f"the webhook could not be reached ({problem}). This does not change the result of the"
            " run. Check PIPELINE_WEBHOOK_URL and its server.",
        )
    return not problem

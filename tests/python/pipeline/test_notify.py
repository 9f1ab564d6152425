"""The webhook: who is told what, how often it is tried, and that it can neither fail a run nor leak its URL."""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pipeline.core.errors import DataError
from pipeline.core.settings import make_settings
from pipeline.records import notify
from support import ROOT

SECRET = "s3cret-token"


class Server:
    """A server on a free port that answers as it is told, and remembers what it was sent."""

    def __init__(self, answers: list[int]) -> None:
        self.bodies: list[dict] = []
        received, statuses = self.bodies, list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                received.append(json.loads(self.rfile.read(length)))
                self.send_response(statuses.pop(0) if statuses else 200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks/{SECRET}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(request):
    made = Server(getattr(request, "param", []))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(notify, "SECONDS_BEFORE_RETRY", 0.01)


def settings(tmp_path, url, **environment):
    environ = {"WAREHOUSE_DIR": str(tmp_path), "PIPELINE_WEBHOOK_URL": url, **environment}
    return make_settings(environ=environ)


def test_a_failure_is_told_with_step_reason_advice_and_what_readers_see(tmp_path, server):
    error = DataError("marts.x: not met: has rows\nmore", "Correct the raw data.")
    notify.failed(settings(tmp_path, server.url), error, "audit marts", "untouched", 12.5)
    (body,) = server.bodies
    assert body["text"].endswith("FAILED in step 'audit marts': marts.x: not met: has rows")
    assert (body["status"], body["exit_code"], body["failed_step"]) == ("failed", 1, "audit marts")
    assert body["advice"] == "Correct the raw data."
    assert body["published"] == "untouched"
    assert body["seconds"] == 12.5
    assert body["run_id"] in body["text"]


def test_a_publication_is_told_unless_only_failures_are_asked_for(tmp_path, server):
    notify.ended(settings(tmp_path, server.url), "published", "", 5, 1.0)
    failures = settings(tmp_path, server.url, PIPELINE_NOTIFY_ON="failures")
    notify.ended(failures, "published", "", 5, 1.0)
    notify.ended(settings(tmp_path, server.url), "unchanged", "", 5, 1.0)
    assert [(body["status"], body["rows"]) for body in server.bodies] == [("published", 5)]


@pytest.mark.parametrize("server", [[503, 429]], indirect=True)
def test_a_server_that_is_busy_is_asked_again(tmp_path, server, capsys):
    assert notify.send(settings(tmp_path, server.url), {"text": "x"}, 1.0)
    assert len(server.bodies) == 3
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("server", [[500] * 9], indirect=True)
def test_after_some_attempts_it_is_given_up_with_a_word_and_without_the_url(
    tmp_path, server, capsys
):
    assert not notify.send(settings(tmp_path, server.url), {"text": "x"}, 1.0)
    assert len(server.bodies) == notify.ATTEMPTS
    said = capsys.readouterr().out
    assert "HTTP status 500" in said
    assert "Check PIPELINE_WEBHOOK_URL" in said
    assert SECRET not in said


@pytest.mark.parametrize("server", [[404] * 9], indirect=True)
def test_a_refusal_is_final(tmp_path, server):
    assert not notify.send(settings(tmp_path, server.url), {"text": "x"}, 1.0)
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/" + SECRET, "ftp://x/" + SECRET, "http://[" + SECRET, SECRET]
)
def test_a_url_that_leads_nowhere_fails_nothing_and_stays_secret(tmp_path, url, capsys):
    assert not notify.send(settings(tmp_path, url), {"text": "x"}, 1.0)
    assert SECRET not in capsys.readouterr().out


def test_settings_do_not_show_the_url(tmp_path):
    assert SECRET not in repr(settings(tmp_path, "https://x.example/" + SECRET))


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_run_that_stops_tells_the_webhook_and_keeps_its_exit_code(tmp_path, server, log_format):
    places = {"WAREHOUSE_DIR": str(tmp_path / "warehouse"), "DBT_PROFILES_DIR": str(ROOT)}
    outcome = subprocess.run(
        [sys.executable, ROOT / "scripts" / "run_pipeline.py", "run", "--raw-location", "/nowhere"],
        env={
            **os.environ,
            **places,
            "PIPELINE_WEBHOOK_URL": server.url,
            "PIPELINE_LOG": log_format,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 2
    assert [body["failed_step"] for body in server.bodies] == ["preflight"]
    assert "/nowhere does not exist" in server.bodies[0]["message"]
    said = outcome.stdout + outcome.stderr
    assert SECRET not in said
    kept = b"".join(p.read_bytes() for p in (tmp_path / "warehouse").rglob("*") if p.is_file())
    assert SECRET.encode() not in kept

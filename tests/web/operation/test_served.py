"""The server as it runs: encrypted, watched, and stopped."""

from __future__ import annotations

import json
import signal
import ssl
import threading
import urllib.request
from pathlib import Path

import pytest

from pratique.cli import main
from tests.support.certificate import certified
from tests.support.distributions import make_wheel
from tests.support.server import serving
from tests.support.upstream_server import Fault, LocalIndex

DEMO = make_wheel("demo", "1.0", {"demo.py": "X = 1\n"})


def _get(url: str, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if context:
        handlers.append(urllib.request.HTTPSHandler(context=context))
    with urllib.request.build_opener(*handlers).open(url, timeout=60) as answer:
        return answer.status, answer.read()


def test_the_server_speaks_tls_and_tells_of_itself(tmp_path: Path) -> None:
    """With a certificate files come over HTTPS alone; metrics and readiness say what happened; the log is JSON."""
    certificate, key = certified(tmp_path)
    index = LocalIndex()
    index.add(DEMO)
    options = ("--tls-certificate", str(certificate), "--tls-key", str(key), "--log-format", "json")
    trusted = ssl.create_default_context(cafile=certificate)
    with index.serving_in_thread() as upstream, serving(tmp_path / "data", upstream, *options) as server:
        root = f"https://127.0.0.1:{server.port}"
        assert _get(f"{root}/files/demo/{DEMO.filename}", trusted) == (200, DEMO.data)
        assert _get(f"{root}/files/demo/{DEMO.filename}", trusted) == (200, DEMO.data)
        assert _get(f"{root}/readyz", trusted)[1].startswith(b"ready\n")
        metrics = _get(f"{root}/metrics", trusted)[1].decode()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0
    for sample in (
        'pratique_cache_total{result="miss",what="file"} 1.0',
        'pratique_cache_total{result="hit",what="file"} 1.0',
        'pratique_upstream_requests_total{outcome="ok",what="file"} 1.0',
        'pratique_events_total{action="allow",kind="download",verdict="clean"} 2.0',
        'pratique_events_total{action="allow",kind="verdict",verdict="clean"} 1.0',
        'pratique_inspections{state="waiting"} 0.0',
    ):
        assert sample in metrics
    lines = [json.loads(line) for line in server.said if line.startswith("{")]
    assert [line["path"] for line in lines][:2] == [f"/files/demo/{DEMO.filename}"] * 2


def test_who_is_being_answered_is_answered_before_the_end(tmp_path: Path) -> None:
    """A stopped server finishes the request under way, then ends with status 0, in any order of the two."""
    index = LocalIndex()
    index.add(DEMO, fault=Fault(stall=10))
    got: list[tuple[int, bytes]] = []
    with index.serving_in_thread() as upstream, serving(tmp_path, upstream) as server:
        place = f"http://127.0.0.1:{server.port}/files/demo/{DEMO.filename}"
        asking = threading.Thread(target=lambda: got.append(_get(place)))
        asking.start()
        index.wait_for_requests(f"/packages/{DEMO.filename}")
        server.process.send_signal(signal.SIGTERM)
        index.release(DEMO.filename)
        asking.join(60)
        assert server.process.wait(60) == 0
    assert got == [(200, DEMO.data)]


@pytest.mark.parametrize(
    "options",
    [
        ["--tls-key", "key.pem"],
        ["--tls-certificate", "missing.pem"],
        ["--rate-limit", "-1"],
    ],
)
def test_what_cannot_be_is_told_at_the_start(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server that could not keep what it was asked for does not start, and says what to do."""
    command = ["serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path), "--upstream", "http://127.0.0.1:9/simple/"]
    assert main([*command, *options]) == 2
    assert "Give " in capsys.readouterr().err

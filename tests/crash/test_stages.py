"""A server is killed at each stage of a file's way: nothing unjudged is given, nothing answered is lost."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.crash.stages import STAGES
from tests.gateway.world import BAD
from tests.support.distributions import Built, make_wheel
from tests.support.server import environment, events
from tests.support.upstream_server import LocalIndex

_PATIENCE = 60
_BEFORE_ANSWERS = {"answering", "answered"}
"""Stages that only a file reaches which is allowed."""


@dataclass
class _Child:
    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)

    def get(self, path: str) -> tuple[int, bytes]:
        """Raises `OSError` or `HTTPException` where no answer came."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def wait_for(self, line: str) -> None:
        """Read until it says so."""
        assert self.process.stdout is not None
        assert any(said.strip() == line for said in self.process.stdout)


@contextmanager
def _child(stage: str, folder: Path, upstream: str) -> Iterator[_Child]:
    command = [sys.executable, "-m", "tests.crash.stages", stage, str(folder), upstream]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            assert process.stdout is not None
            yield _Child(process, int(process.stdout.readline().removeprefix("port ")))
        finally:
            process.kill()
            process.wait(_PATIENCE)


def _wheel(*, bad: bool) -> Built:
    return make_wheel("demo", "1.0", {"demo.py": BAD.decode() if bad else "x = 1\n" * 1000})


@pytest.mark.parametrize(
    ("stage", "bad"),
    [(stage, bad) for stage in STAGES for bad in (False, True) if not (bad and stage in _BEFORE_ANSWERS)],
)
def test_a_kill_at_any_stage_gives_nothing_away_and_loses_nothing(tmp_path: Path, stage: str, *, bad: bool) -> None:
    """Whoever asked gets no answer; after the restart the file is given whole, or refused if it is bad."""
    built, behind, answers = _wheel(bad=bad), LocalIndex(), list[object]()
    behind.add(built)
    path = f"/files/{built.project}/{built.filename}"
    with behind.serving_in_thread() as url:
        with _child(stage, tmp_path, url) as child:

            def ask() -> None:
                with contextlib.suppress(OSError, http.client.HTTPException):
                    answers.append(child.get(path))

            client = threading.Thread(target=ask)
            client.start()
            child.wait_for(f"at {stage}")
            child.process.kill()
            client.join(_PATIENCE)
        assert answers == []
        before = events(tmp_path, "kind", "kind = 'download'")
        assert len(before) == (stage == "answered")
        with _child("none", tmp_path, url) as child:
            status, body = child.get(path)
        assert (status, body == built.data) == ((403, False) if bad else (200, True))
        assert len(events(tmp_path, "kind", "kind = 'download'")) == len(before) + (not bad)
        assert len(events(tmp_path, "kind", "kind = 'refusal'")) == bad
    blobs = list((tmp_path / "blobs").glob("??/??/*"))
    assert [hashlib.sha256(blob.read_bytes()).hexdigest() for blob in blobs] == [blob.name for blob in blobs]
    assert built.sha256 in {blob.name for blob in blobs}

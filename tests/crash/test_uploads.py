from __future__ import annotations

import base64
import contextlib
import http.client
import io
import sqlite3
import threading
from pathlib import Path

import pytest

from tests.clients.test_own_index import DEAD, publisher
from tests.support.distributions import Built, make_wheel
from tests.support.server import Server, serving
from tests.uploads.shop import form_of

_ROUNDS = 100_000
"""Looks at the database before the test is given up; each takes a good part of a millisecond."""


def _heavy() -> Built:
    """A wheel that takes seconds to screen: much code that has to be read, and does nothing."""
    lines = [
        f"def f{n}(x):\n    y = [x + {n}, str(x).encode().decode()]\n    return eval('y') or y\n" for n in range(400)
    ]
    return make_wheel("heavy", "1.0", {f"heavy/m{n}.py": f"# {n}\n" + "".join(lines) for n in range(60)})


def _form(built: Built) -> tuple[bytes, str]:
    """The upload as bytes, and its type."""
    parts = io.BytesIO()
    fields = [(name, str(value).encode(), "") for name, value in form_of(built).items() if isinstance(value, str)]
    for name, value, more in [*fields, ("content", built.data, f'; filename="{built.filename}"')]:
        parts.write(f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n")
    return parts.getvalue() + b"--b--\r\n", "multipart/form-data; boundary=b"


def _upload(server: Server, token: str, built: Built) -> tuple[int, str]:
    body, kind = _form(built)
    encoded = base64.b64encode(f"__token__:{token}".encode()).decode()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("POST", "/legacy/", body, {"Content-Type": kind, "Authorization": f"Basic {encoded}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def _state(data: Path) -> str:
    """The state of the one upload; empty while there is none."""
    with contextlib.closing(sqlite3.connect(data / "pratique.db")) as database:
        row = database.execute("SELECT state FROM own_files").fetchone()
    return str(row[0]) if row else ""


def test_an_upload_outlives_a_kill_while_it_is_screened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The server is killed in the middle of a screening; the next one goes on by itself, and nothing was lost."""
    data, built = tmp_path / "data", _heavy()
    token = publisher(data, capsys)
    with serving(data, DEAD) as server:

        def send() -> None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                _upload(server, token, built)

        sender = threading.Thread(target=send)
        sender.start()
        assert any(_state(data) == "screening" for _ in range(_ROUNDS))
        server.kill()
        sender.join(60)
    assert _state(data) == "screening"
    with serving(data, DEAD) as server:
        status, said = _upload(server, token, built)
        while status == 202:  # it waits for the verdict as long as clients do, and tells where it stands
            status, said = _upload(server, token, built)
        assert status == 200, said
        answer = server.get(f"/files/heavy/{built.filename}")
        assert (answer.status, answer.body) == (200, built.data)
    assert _state(data) == "published"

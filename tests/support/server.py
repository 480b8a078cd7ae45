"""The server as its users run it: a process of its own, which may be killed at any moment."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_READY = re.compile(r"Index at (https?://127\.0\.0\.1:(\d+)/simple/)")
_PATIENCE = 60.0
_DEAD = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a client got; ``body`` is missing where the connection was cut before its end."""

    status: int
    request: str
    """The id of the request, as the head of the answer says it."""
    body: bytes | None


@dataclass(slots=True, kw_only=True)
class Server:
    """A running server and its data folder."""

    process: subprocess.Popen[str]
    data: Path
    index: str = ""
    port: int = 0
    said: list[str] = field(default_factory=list)

    def get(self, path: str) -> Answer:
        """One request over a new connection; raises `OSError` or `HTTPException` where no answer began."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path)
            response = connection.getresponse()
            try:
                body = response.read()
            except (OSError, http.client.HTTPException):
                body = None
            return Answer(status=response.status, request=response.getheader("X-Request-Id", ""), body=body)

    def kill(self) -> None:
        """End the server without any warning to it."""
        self.process.kill()
        self.process.wait(_PATIENCE)


@contextlib.contextmanager
def serving(data: Path, upstream: str, *arguments: str) -> Iterator[Server]:
    """Start ``pratique serve`` on a free port, with more arguments, and wait until it says that it listens."""
    command = [sys.executable, "-m", "pratique", "serve", "--listen", "127.0.0.1:0"]
    command += ["--data", str(data), "--upstream", upstream, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment()
    ) as process:
        server = Server(process=process, data=data)
        rest = threading.Thread(target=lambda: server.said.extend(process.stdout or ()))
        try:
            _await_ready(server)
            rest.start()
            yield server
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            finally:
                process.kill()
                if rest.ident:
                    rest.join(_PATIENCE)


def events(data: Path, column: str, where: str = "1", *values: str) -> list[str]:
    """One column of the recorded events, oldest first, read past the server straight from its database."""
    with contextlib.closing(sqlite3.connect(data / "pratique.db")) as database:
        return [row[0] for row in database.execute(f"SELECT {column} FROM events WHERE {where} ORDER BY id", values)]


def environment() -> dict[str, str]:
    """An environment from which nothing but loopback can be reached, and in which nothing is configured."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(("PIP_", "UV_"))}
    proxies = {"http_proxy": _DEAD, "https_proxy": _DEAD, "all_proxy": _DEAD, "no_proxy": "127.0.0.1,localhost"}
    return {**kept, **proxies, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "COLUMNS": "1000"}


def _await_ready(server: Server) -> None:
    for line in server.process.stdout or ():
        server.said.append(line)
        if found := _READY.search(line):
            server.index, server.port = found[1], int(found[2])
            return
    raise RuntimeError("The server did not start: " + "".join(server.said))

"""A receiver of webhooks on loopback, which answers as it is told and keeps what came."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A letter that arrived."""

    path: str
    headers: dict[str, str]
    """With lower-case names."""
    body: bytes
    answered: int


@dataclass(slots=True)
class Receiver:
    """Answers with ``answers`` in turn, then 204."""

    answers: list[int] = field(default_factory=list)
    location: str = ""
    hold: threading.Event | None = None
    """Answers only once it is set."""
    came: list[Came] = field(default_factory=list)
    url: str = ""
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def await_letters(self, number: int) -> list[Came]:
        """Block until so many came; raises `TimeoutError` after a minute."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.came) >= number, _PATIENCE):
                raise TimeoutError(f"{len(self.came)} letters came, not {number}")
            return list(self.came)

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Keep a letter; says how it is answered."""
        with self._changed:
            status = self.answers.pop(0) if self.answers else 204
            self.came.append(Came(path=path, headers=headers, body=body, answered=status))
            self._changed.notify_all()
        if self.hold is not None:
            self.hold.wait(_PATIENCE)
        return status

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Receive in threads; gives the address."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                status = receiver.take(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                self.send_response(status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, name="receiver")
        thread.start()
        try:
            self.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
            yield self.url
        finally:
            if self.hold is not None:
                self.hold.set()
            server.shutdown()
            thread.join(_PATIENCE)
            server.server_close()

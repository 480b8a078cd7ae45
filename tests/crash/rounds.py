"""A server that is killed under load, again and again over the same data, and what must hold after each time.

Bodies are large and read slowly, so that a kill cuts answers in their middle; one file of each round is still on
its way from the upstream when the kill comes.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import random
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.distributions import Built, make_wheel
from tests.support.server import Server, events, serving
from tests.support.upstream_server import Fault, LocalIndex

_CLIENTS = 4
_FILES = 3
_FILE_BYTES = 16 << 20
_MOST_BYTES = 80 << 20
"""Received in all of a round's answers, at most, before the kill."""
_PIECE = 1 << 16
_BUFFER = 1 << 15
"""Of a client's socket: what the kernel holds ready for it must be small beside a body."""
_PATIENCE = 120.0
_TRIES = 8
"""Of a file whose inspection is pending; each one is held for some seconds."""


@dataclass(slots=True)
class Log:
    """What clients saw, from the moment the head of an answer arrived."""

    answered: set[str] = field(default_factory=set)
    """Ids of requests that were answered with a file, whether or not its last byte arrived."""
    received: int = 0
    """Bytes of all bodies."""
    cut: int = 0
    """Answers that the kill cut short."""
    wrong: list[str] = field(default_factory=list)
    """File names whose body ended as promised, but was not the file."""
    missing: list[str] = field(default_factory=list)
    """File names that a server after a restart did not give whole."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, server: Server, built: Built) -> bool:
        """Ask for a file and write down what came; whether it was the whole file. Raises `_Pending`."""
        digest = hashlib.sha256()
        try:
            for request, piece in _read(server, f"/files/{built.project}/{built.filename}"):
                self._note(request, piece)
                digest.update(piece)
        except _Pending:
            raise
        except _Cut:
            with self.changed:
                self.cut += 1
            return False
        except (OSError, http.client.HTTPException):
            return False
        right = digest.hexdigest() == built.sha256
        if not right:
            self.wrong.append(built.filename)
        return right

    def _note(self, request: str, piece: bytes) -> None:
        with self.changed:
            self.answered.add(request)
            self.received += len(piece)
            self.changed.notify_all()


class _Cut(Exception):
    """The connection ended within a body."""


class _Pending(http.client.HTTPException):
    """The server asks to ask again."""


def _read(server: Server, path: str) -> Iterator[tuple[str, bytes]]:
    """The request's id with each piece of the body, the first one empty; raises `_Cut`, or where no answer began."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE)
    with contextlib.closing(connection):
        connection.sock = socket.socket()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        connection.sock.settimeout(_PATIENCE)
        connection.sock.connect(("127.0.0.1", server.port))
        connection.request("GET", path)
        response = connection.getresponse()
        if response.status == http.HTTPStatus.SERVICE_UNAVAILABLE:
            raise _Pending(response.reason)
        if response.status != http.HTTPStatus.OK:
            raise http.client.HTTPException(response.reason)
        request, left = response.getheader("X-Request-Id", ""), int(response.getheader("Content-Length", "0"))
        yield request, b""
        while left:
            try:
                piece = response.read(min(_PIECE, left))
            except (OSError, http.client.HTTPException) as error:
                raise _Cut from error
            if not piece:
                raise _Cut
            left -= len(piece)
            yield request, piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round showed."""

    number: int
    answered: int
    """All answers of files so far."""
    lost: frozenset[str]
    """Answered requests that the database does not know."""
    wrong: tuple[str, ...]
    """File names that came with other bytes, or not whole after a restart; blobs that are not what they are called."""
    cut: int
    """All answers so far that ended with the connection, which every client takes for an error."""


def rounds(folder: Path, number: int, seed: int) -> Iterator[Round]:
    """Kill a server at moments drawn from ``seed``; after each restart compare its record with the clients' log."""
    draw = random.Random(seed)
    noise = base64.b64encode(draw.randbytes(_FILE_BYTES * 3 // 4)).decode()
    behind, log, data, new = LocalIndex(), Log(), folder / "data", list[Built]()
    with behind.serving_in_thread() as url:
        for current in range(number + 1):
            with serving(data, url) as server:
                if current:
                    yield _compare(server, new, log, current)
                if current < number:
                    _forget(behind, new, data)
                    new = _publish(behind, current, noise)
                    _load_and_kill(server, behind, new, log, draw)


def _compare(server: Server, new: list[Built], log: Log, number: int) -> Round:
    """What the record and the files look like after a restart."""
    broken = [path.name for path in _blobs(server.data) if _digest(path.read_bytes()) != path.name]
    log.missing += [built.filename for built in new if not _given(server, built, log)]
    lost = log.answered.difference(events(server.data, "request", "kind = 'download'"))
    wrong = (*log.wrong, *log.missing, *broken)
    return Round(number=number, answered=len(log.answered), lost=frozenset(lost), wrong=wrong, cut=log.cut)


def _given(server: Server, built: Built, log: Log) -> bool:
    """Whether a file is given; while its inspection is pending it is asked for again, as clients do."""
    for _ in range(_TRIES):
        with contextlib.suppress(_Pending):
            return log.add(server, built)
    return False


def _blobs(data: Path) -> Iterator[Path]:
    return (data / "blobs").glob("??/??/*")


def _forget(behind: LocalIndex, old: list[Built], data: Path) -> None:
    """Many rounds must not fill the disk."""
    for built in old:
        behind.remove(built.filename)
    for path in _blobs(data):
        path.unlink()


def _publish(behind: LocalIndex, current: int, noise: str) -> list[Built]:
    """Files that no cache knows yet, and that no compression makes small."""
    built = [make_wheel(f"demo-{current}-{n}", "1.0", {f"demo_{n}/noise.txt": noise}) for n in range(_FILES)]
    for one in built:
        behind.add(one)
    return built


def _load_and_kill(server: Server, behind: LocalIndex, files: list[Built], log: Log, draw: random.Random) -> None:
    """Kill once a drawn number of bytes was received, while the upstream still owes a part of one file."""
    owed, *whole = files
    behind.fault(owed.filename, Fault(stall=draw.randrange(len(owed.data))))
    target = log.received + draw.randrange(_MOST_BYTES)
    each = 2 * _MOST_BYTES // (_CLIENTS * _FILE_BYTES)
    orders = [[owed], *([draw.choice(whole) for _ in range(each)] for _ in range(_CLIENTS))]
    clients = [threading.Thread(target=_client, args=(server, order, log)) for order in orders]
    for client in clients:
        client.start()
    behind.wait_for_requests(f"/packages/{owed.filename}")
    with log.changed:
        reached = log.changed.wait_for(lambda: log.received >= target, _PATIENCE)
    server.kill()
    behind.release(owed.filename)
    behind.fault(owed.filename, None)
    for client in clients:
        client.join(_PATIENCE)
    if not reached:
        raise TimeoutError(f"{log.received} bytes, not {target}")


def _client(server: Server, order: list[Built], log: Log) -> None:
    for built in order:
        if server.process.returncode is not None:
            return
        with contextlib.suppress(_Pending):
            log.add(server, built)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

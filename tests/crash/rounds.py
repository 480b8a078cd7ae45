"""A server that is killed under load, again and again over the same data, and what must hold after each time."""

from __future__ import annotations

import hashlib
import http.client
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.distributions import Built, make_wheel
from tests.support.server import Server, events, serving
from tests.support.upstream_server import LocalIndex

_CLIENTS = 4
_FILES = 6
_MOST_ANSWERS = 24
_MOST_SECONDS = 0.05
_PATIENCE = 60.0


@dataclass(slots=True)
class Log:
    """What clients saw, from the moment the head of an answer arrived."""

    answered: set[str] = field(default_factory=set)
    """Ids of requests that were answered with a file, whether or not its last byte arrived."""
    cut: int = 0
    """Answers that the kill cut short."""
    wrong: list[str] = field(default_factory=list)
    """File names whose body ended as promised, but was not the file."""
    missing: list[str] = field(default_factory=list)
    """File names that a server after a restart did not give whole."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, server: Server, built: Built) -> bool:
        """Ask for a file and write down what came; whether it was the whole file."""
        try:
            answer = server.get(f"/files/{built.project}/{built.filename}")
        except (OSError, http.client.HTTPException):
            return False
        if answer.status != http.HTTPStatus.OK:
            return False
        with self.changed:
            self.answered.add(answer.request)
            self.cut += answer.body is None
            right = answer.body is not None and _digest(answer.body) == built.sha256
            if answer.body is not None and not right:
                self.wrong.append(built.filename)
            self.changed.notify_all()
        return right


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round showed."""

    number: int
    answered: int
    """All answers of files so far."""
    lost: frozenset[str]
    """Answered requests that the database does not know."""
    wrong: tuple[str, ...]
    """File names that came with other bytes, or not whole after a restart."""
    cut: int
    """All answers so far that ended with the connection, which every client takes for an error."""


def rounds(folder: Path, number: int, seed: int) -> Iterator[Round]:
    """Kill a server at moments drawn from ``seed``; after each restart compare its record with the clients' log."""
    draw = random.Random(seed)
    behind, log, data, new = LocalIndex(), Log(), folder / "data", list[Built]()
    with behind.serving_in_thread() as url:
        for current in range(number + 1):
            with serving(data, url) as server:
                if current:
                    yield _compare(server, new, log, current)
                if current < number:
                    new = _publish(behind, current)
                    _load_and_kill(server, new, log, draw)


def _compare(server: Server, new: list[Built], log: Log, number: int) -> Round:
    """What the record and the files look like after a restart."""
    log.missing += [built.filename for built in new if not log.add(server, built)]
    lost = log.answered.difference(events(server.data, "request", "kind = 'download'"))
    return Round(
        number=number, answered=len(log.answered), lost=frozenset(lost), wrong=(*log.wrong, *log.missing), cut=log.cut
    )


def _publish(behind: LocalIndex, current: int) -> list[Built]:
    """Files that no cache knows yet, so that the kill meets fetching and inspecting as well."""
    built = [
        make_wheel(f"demo-{current}-{n}", "1.0", {f"demo_{n}.py": f"x = {current}\n" * 20_000}) for n in range(_FILES)
    ]
    for one in built:
        behind.add(one)
    return built


def _load_and_kill(server: Server, files: list[Built], log: Log, draw: random.Random) -> None:
    """Kill once a drawn number of answers came, and a drawn instant later."""
    target = len(log.answered) + draw.randrange(_MOST_ANSWERS)
    orders = [[draw.choice(files) for _ in range(_MOST_ANSWERS * 2)] for _ in range(_CLIENTS)]
    clients = [threading.Thread(target=_client, args=(server, order, log)) for order in orders]
    for client in clients:
        client.start()
    with log.changed:
        reached = log.changed.wait_for(lambda: len(log.answered) >= target, _PATIENCE)
    threading.Event().wait(draw.uniform(0, _MOST_SECONDS))  # the drawn moment, not a wait for anything
    server.kill()
    for client in clients:
        client.join(_PATIENCE)
    if not reached:
        raise TimeoutError(f"{len(log.answered)} answers, not {target}")


def _client(server: Server, order: list[Built], log: Log) -> None:
    for built in order:
        if server.process.returncode is not None:
            return
        log.add(server, built)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

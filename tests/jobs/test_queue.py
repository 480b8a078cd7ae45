"""Who is inspected next."""

from __future__ import annotations

from pathlib import Path

from pratique.jobs.queue import JobQueue
from pratique.names import Sha256
from pratique.ports import Priority, Ticket


def _ticket(name: str, size: int) -> Ticket:
    return Ticket(filename=name, sha256=Sha256("0" * 64), path=Path(name), size=size)


def _order(queue: JobQueue) -> list[str]:
    """In which order everything runs, one after the other."""
    found: list[str] = []
    while job := queue.take():
        found.append(job.ticket.filename)
        queue.remove(job)
    return found


async def test_the_larger_goes_first_of_what_is_looked_ahead_at() -> None:
    """Whoever waits for all of it in the end waits least then; what is read again keeps its order."""
    for priority, order in ((Priority.AHEAD, ["large", "small", "tiny"]), (Priority.AGAIN, ["small", "large", "tiny"])):
        queue = JobQueue(2)
        for name, size in (("small", 20), ("large", 300), ("tiny", 1)):
            queue.join(_ticket(name, size), priority)
        assert _order(queue) == order


async def test_what_a_client_waits_for_goes_before_anything_larger() -> None:
    """In the order in which it was asked for, and as soon as it is asked for."""
    queue = JobQueue(2)
    for name, size in (("large", 300), ("small", 20), ("tiny", 1)):
        queue.join(_ticket(name, size), Priority.AHEAD)
    queue.join(_ticket("tiny", 1), Priority.CLIENT)
    queue.join(_ticket("other", 900), Priority.CLIENT)
    assert _order(queue) == ["tiny", "other", "large", "small"]

"""Who is inspected next: the more urgent first, the earlier first among equals, each artifact once.

Of what is looked ahead at the larger goes first: who waits for all of it in the end waits least then.
"""

from __future__ import annotations

import asyncio
import heapq
from concurrent.futures import Future
from itertools import count

from pratique.ports import Priority, Ticket
from pratique.verdict import Report

Key = tuple[str, str]


class Job:
    """One artifact, and how many wait for it."""

    __slots__ = ("done", "priority", "running", "ticket", "tries", "waiters")

    def __init__(self, ticket: Ticket, priority: Priority, done: asyncio.Future[Report]) -> None:
        self.ticket = ticket
        self.priority = priority
        self.done = done
        self.waiters = 0
        self.tries = 0
        self.running: Future[Report] | None = None

    @property
    def key(self) -> Key:
        """Bytes and name: a report depends on both."""
        return self.ticket.sha256, self.ticket.filename


class JobQueue:
    """All jobs that are not done. Not for more than one thread."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._jobs: dict[Key, Job] = {}
        self._waiting: list[tuple[int, int, int, Job]] = []
        self._order = count()
        self._running: set[Job] = set()

    def join(self, ticket: Ticket, priority: Priority) -> Job:
        """The job for this artifact, made if need be, at least as urgent as asked for."""
        job = self._jobs.get((ticket.sha256, ticket.filename))
        if job is None:
            job = Job(ticket, priority, asyncio.get_running_loop().create_future())
            self._jobs[job.key] = job
            self._push(job)
        elif priority < job.priority:
            job.priority = priority
            if job not in self._running:
                self._push(job)  # the older entry is passed over when its turn comes
        job.waiters += 1
        return job

    def take(self) -> Job | None:
        """The next job that may run now. Of several places one is kept for clients."""
        if len(self._running) >= self._places:
            return None
        while self._waiting:
            priority, _, _, job = self._waiting[0]
            if self._jobs.get(job.key) is not job or job in self._running or priority != job.priority:
                heapq.heappop(self._waiting)
                continue
            if job.priority > Priority.CLIENT and not self._place_for_background():
                return None
            heapq.heappop(self._waiting)
            self._running.add(job)
            return job
        return None

    def put_back(self, job: Job) -> None:
        """Let a job that could not run wait again."""
        self._running.discard(job)
        self._push(job)

    def remove(self, job: Job) -> None:
        """Forget a job that is done, or that nobody waits for."""
        self._running.discard(job)
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]

    def all(self) -> list[Job]:
        """Every job, running or not."""
        return list(self._jobs.values())

    @property
    def load(self) -> tuple[int, int]:
        """How many wait and how many run."""
        return len(self._jobs) - len(self._running), len(self._running)

    def _push(self, job: Job) -> None:
        size = job.ticket.size if job.priority is Priority.AHEAD else 0
        heapq.heappush(self._waiting, (job.priority, -size, next(self._order), job))

    def _place_for_background(self) -> bool:
        background = sum(job.priority > Priority.CLIENT for job in self._running)
        return background < max(1, self._places - 1)

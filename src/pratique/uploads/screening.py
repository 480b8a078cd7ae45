"""Screening: a kept upload is inspected, and published, held or refused; a restart goes on where it was."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from pratique.errors import PratiqueError, StorageError
from pratique.policy import Action, Decision, decide
from pratique.ports import Clock, Event, EventKind, Priority, Ticket
from pratique.releases import OwnFile, State
from pratique.uploads.outside import Outside
from pratique.verdict import Report, Verdict

_OPEN = frozenset({State.RECEIVED, State.SCREENING})
_MOST = 10_000
"""Uploads that are taken up again at a start; the rest follows at the next look."""


class Screening:
    """The inspections of uploads. Each belongs to nobody who waits: a client that leaves ends nothing."""

    def __init__(self, outside: Outside, *, again: float = 5.0) -> None:
        """``again`` is how many seconds after a failure of ours an upload is taken up once more."""
        self._outside = outside
        self._again = again
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def begin(self, file: OwnFile) -> asyncio.Task[None]:
        """Start, or join what was started."""
        if (task := self._tasks.get(file.filename)) is None:
            task = self._tasks[file.filename] = asyncio.create_task(self._until_judged(file))
            task.add_done_callback(lambda _: self._tasks.pop(file.filename, None))
        return task

    async def resume(self) -> int:
        """Take up again whatever was not judged when the program ended; says how many."""
        waiting = await self._outside.releases.uploads(*_OPEN, limit=_MOST)
        for file in reversed(waiting):
            self.begin(file)
        return len(waiting)

    async def wait(self, file: OwnFile, seconds: float) -> OwnFile:
        """The file as it stands once it is judged, or after this time."""
        if file.state.open:
            await asyncio.wait([self.begin(file)], timeout=seconds)
        return await self._outside.releases.file(file.filename) or file

    async def settle(self) -> None:
        """Return once what is under way now has ended."""
        if tasks := list(self._tasks.values()):
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Stop; what is not judged is taken up again by the next start."""
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _until_judged(self, file: OwnFile) -> None:
        judged = False
        while not (judged or self._closed):
            with suppress(PratiqueError):
                await self._judge(file)
                judged = True
            if not judged:
                await asyncio.sleep(self._again)

    async def _judge(self, file: OwnFile) -> None:
        outside = self._outside
        if not await outside.releases.judge(replace(file, state=State.SCREENING), expected=_OPEN):
            return  # somebody has judged it
        report = await self._report(file)
        decision = decide(report, outside.policy())
        judged = _judged(file, report, decision)
        if report.verdict is Verdict.MALICIOUS:
            # First, since the state says that nothing is left to be done.
            await outside.accounts.freeze(file.uploader, f"uploaded {file.filename}: {decision.reason}")
        await outside.store.record([_event(judged, outside.clock, decision)])
        await outside.releases.judge(judged, expected=_OPEN)
        outside.changed()

    async def _report(self, file: OwnFile) -> Report:
        outside = self._outside
        if known := await outside.store.report(file.sha256, file.filename, engine=outside.inspector.engine):
            return known
        blob = await outside.blobs.find(file.sha256)
        if blob is None:
            raise StorageError(f"The bytes of {file.filename} are gone.", remedy="Restore the blobs from a backup.")
        ticket = Ticket(filename=file.filename, sha256=file.sha256, path=blob.path, size=blob.size)
        report = await outside.inspector.inspect(ticket, priority=Priority.AHEAD)
        await outside.store.save_report(report, engine=outside.inspector.engine)
        return report


def _judged(file: OwnFile, report: Report, decision: Decision) -> OwnFile:
    """The strictest of what was found in the file and what its name is like."""
    state, reason = _STATES[decision.action], decision.reason
    if state is State.PUBLISHED and file.doubt:
        state, reason = State.HELD, f"quarantined: {file.doubt}"
    return replace(file, state=state, reason=reason, verdict=report.verdict.value)


_STATES = {Action.ALLOW: State.PUBLISHED, Action.QUARANTINE: State.HELD, Action.BLOCK: State.REFUSED}


def _event(file: OwnFile, clock: Clock, decision: Decision) -> Event:
    held = file.state is State.HELD and decision.allowed
    return Event(
        kind=EventKind.VERDICT,
        at=clock.now(),
        project=file.project,
        filename=file.filename,
        sha256=file.sha256,
        client=file.address,
        user_agent=file.user_agent,
        action=Action.QUARANTINE if held else decision.action,
        verdict=file.verdict,
        reason=file.reason,
    )

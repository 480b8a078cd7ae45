"""Recording: every answer about a file is durable before anybody can send it."""

from __future__ import annotations

from pratique.gateway.outcome import Mismatch, Refused, Visitor
from pratique.names import ProjectName
from pratique.policy import Decision
from pratique.ports import Clock, Event, EventKind, Judged, Store
from pratique.verdict import Report


class Recorder:
    """Writes down who asked for what, and what was answered and why. Everything raises `StorageError`."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def given(
        self, project: ProjectName, filename: str, visitor: Visitor, judged: Judged, *, upstream: str = ""
    ) -> None:
        """A file that is allowed, or that is only watched."""
        await self._record(
            EventKind.DOWNLOAD,
            project,
            filename,
            visitor,
            sha256=judged.blob.sha256,
            verdict=judged.report.verdict,
            action="observe" if judged.decision.observed else judged.decision.action,
            reason=judged.decision.observed,
            upstream=upstream,
        )

    async def refused(
        self, project: ProjectName, filename: str, visitor: Visitor, refused: Refused, *, upstream: str = ""
    ) -> Refused:
        """A refusal, which is given back."""
        await self._record(
            EventKind.REFUSAL,
            project,
            filename,
            visitor,
            sha256=refused.sha256,
            verdict=refused.verdict,
            action=refused.action,
            reason=refused.reason,
            upstream=upstream,
        )
        return refused

    async def observed(
        self, project: ProjectName, filename: str, visitor: Visitor, refused: Refused, *, upstream: str = ""
    ) -> None:
        """What would have been refused, were the policy not only observed."""
        await self._record(
            EventKind.REFUSAL,
            project,
            filename,
            visitor,
            sha256=refused.sha256,
            action="observe",
            reason=refused.reason,
            upstream=upstream,
        )

    async def mismatch(
        self, project: ProjectName, filename: str, visitor: Visitor, mismatch: Mismatch, *, upstream: str = ""
    ) -> None:
        """Bytes that are not what their page promises."""
        await self._record(
            EventKind.REFUSAL, project, filename, visitor, reason=str(mismatch), action="error", upstream=upstream
        )

    async def _record(
        self, kind: EventKind, project: ProjectName, filename: str, visitor: Visitor, **fields: str
    ) -> None:
        event = Event(
            kind=kind,
            at=self._clock.now(),
            project=project,
            filename=filename,
            client=visitor.address,
            user_agent=visitor.user_agent,
            request=visitor.request,
            index=visitor.index,
            **fields,
        )
        await self._store.record([event])


def refused_by(report: Report, decision: Decision) -> Refused:
    """The refusal of a file that was inspected."""
    return Refused(
        reason=decision.reason, sha256=report.artifact.sha256, verdict=report.verdict, action=decision.action
    )


def refused_unseen(decision: Decision) -> Refused:
    """The refusal of a file that nobody looked into."""
    return Refused(reason=decision.reason, action=decision.action)

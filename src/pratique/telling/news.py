"""What is news: of what happened and was decided, that which somebody wants to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from pratique.audit import Entry
from pratique.names import version_in
from pratique.notices import Addressed, Circle, Happened, Notice, NoticeKind
from pratique.ports import Event, EventKind
from pratique.telling.concerned import concerned, to_user
from pratique.telling.deeds import of_entry
from pratique.telling.targets import Target

_KINDS = {"quarantine": NoticeKind.QUARANTINE, "block": NoticeKind.BLOCK}
_DONE = {NoticeKind.QUARANTINE: "is held", NoticeKind.BLOCK: "is blocked"}
_ANSWERS = frozenset({EventKind.VERDICT, EventKind.REFUSAL})
_PENDING = ("inspection of ", " pending, try again in ")
"""A refusal that says only that nobody has looked into the file yet."""


class News:
    """Chooses and words what each target is told."""

    def __init__(self, targets: Sequence[Target], *, public_url: str = "", data: str = "") -> None:
        """``public_url`` is where people reach the site, ``data`` the folder for commands; both may be unknown."""
        self._targets = targets
        self._public_url = public_url.rstrip("/")
        self._data = data

    def gather(self, happened: Sequence[Happened], entries: Sequence[Entry], circle: Circle) -> list[Addressed]:
        """Everything that is news to somebody, addressed."""
        found = [*self._of_events(happened, circle), *self._of_entries(entries, circle)]
        told = [Addressed(target=t.name, notice=n) for n in found for t in self._targets if n.kind in t.wants]
        return [*told, *(to_user(n, user) for n in found for user in concerned(n, circle))]

    def _of_events(self, happened: Sequence[Happened], circle: Circle) -> Iterator[Notice]:
        for one in happened:
            if one.event.kind is EventKind.LATE:
                yield self._late(one)
            elif one.event.kind in _ANSWERS and not (_is_pending(one.event.reason) or _is_deed(one.event)):
                kind = _KINDS.get(one.event.action)
                if kind is not None and one.event.filename:
                    yield self._refused(one.event, kind, circle)

    def _refused(self, event: Event, kind: NoticeKind, circle: Circle) -> Notice:
        return Notice(
            key=f"{kind.value} {event.project} {event.filename} {event.sha256}",
            kind=kind,
            at=event.at,
            title=f"{event.filename} {_DONE[kind]}",
            project=event.project,
            version=version_in(event.filename),
            filename=event.filename,
            sha256=event.sha256,
            verdict=event.verdict,
            reason=event.reason,
            # a client that is refused what was judged long ago is no news to whoever uploaded it
            user=circle.uploader(event.filename, event.sha256) if event.kind is EventKind.VERDICT else "",
            url=self._page(event.filename, event.sha256),
        )

    def _late(self, one: Happened) -> Notice:
        event = one.event
        times = "once" if one.received == 1 else f"{one.received} times"
        version = version_in(event.filename)
        return Notice(
            key=f"late-verdict {one.number}",
            kind=NoticeKind.LATE,
            at=event.at,
            title=f"{event.filename} turned out bad after it was given out {times}",
            project=event.project,
            version=version,
            filename=event.filename,
            sha256=event.sha256,
            verdict=event.verdict,
            reason=event.reason,
            received=one.received,
            clients=one.clients,
            exposure=self._exposure(event.project, version),
            url=self._page(event.filename, event.sha256),
        )

    def _of_entries(self, entries: Sequence[Entry], circle: Circle) -> Iterator[Notice]:
        for entry in entries:
            notice = of_entry(entry)
            if notice is not None:
                user = notice.user or (circle.uploader(notice.filename, notice.sha256) if notice.filename else "")
                gone = notice.kind is NoticeKind.TAKEDOWN
                yield replace(
                    notice,
                    user=user,
                    url=self._page(notice.filename, notice.sha256),
                    exposure=self._exposure(notice.project, notice.version) if gone else "",
                )

    def _exposure(self, project: str, version: str) -> str:
        where = f" --data {self._data}" if self._data else ""
        return f"pratique exposure {project}{f'=={version}' if version else ''}{where}"

    def _page(self, filename: str, sha256: str) -> str:
        return f"{self._public_url}/report/{sha256}/{quote(filename)}" if self._public_url and sha256 else ""


def _is_pending(reason: str) -> bool:
    return reason.startswith(_PENDING[0]) and _PENDING[1] in reason


def _is_deed(event: Event) -> bool:
    """Whether it only shows on the start page what a person did: the audit log has that, and is read for it."""
    return event.kind is EventKind.VERDICT and not event.verdict

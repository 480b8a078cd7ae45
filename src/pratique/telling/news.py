"""What is news: of what happened and was decided, that which somebody wants to be told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from pratique.audit import Act, Entry
from pratique.errors import BadName
from pratique.names import distribution_name
from pratique.notices import Addressed, Happened, Notice, NoticeKind
from pratique.ports import EventKind
from pratique.telling.targets import Target

_KINDS = {"quarantine": NoticeKind.QUARANTINE, "block": NoticeKind.BLOCK}
_DONE = {NoticeKind.QUARANTINE: "is held", NoticeKind.BLOCK: "is blocked"}
_FROZEN = "The account was frozen: "
_PENDING = ("inspection of ", " pending, try again in ")
"""A refusal that says only that nobody has looked into the file yet."""


class News:
    """Chooses and words what each target is told."""

    def __init__(self, targets: Sequence[Target], *, public_url: str = "", data: str = "") -> None:
        """``public_url`` is where people reach the site, ``data`` the folder for commands; both may be unknown."""
        self._targets = targets
        self._public_url = public_url.rstrip("/")
        self._data = data

    def gather(self, happened: Sequence[Happened], entries: Sequence[Entry]) -> list[Addressed]:
        """Everything that is news to somebody, addressed."""
        found = [*self._of_events(happened), *self._of_entries(entries)]
        return [Addressed(target=t.name, notice=n) for n in found for t in self._targets if n.kind in t.wants]

    def _of_events(self, happened: Sequence[Happened]) -> Iterator[Notice]:
        for one in happened:
            if one.event.kind is EventKind.LATE:
                yield self._late(one)
            elif one.event.kind in {EventKind.VERDICT, EventKind.REFUSAL} and not _is_pending(one.event.reason):
                kind = _KINDS.get(one.event.action)
                if kind is not None and one.event.filename:
                    yield self._refused(one, kind)

    def _refused(self, one: Happened, kind: NoticeKind) -> Notice:
        event = one.event
        return Notice(
            key=f"{kind.value} {event.project} {event.filename} {event.sha256}",
            kind=kind,
            at=event.at,
            title=f"{event.filename} {_DONE[kind]}",
            project=event.project,
            version=_version(event.filename),
            filename=event.filename,
            sha256=event.sha256,
            verdict=event.verdict,
            reason=event.reason,
            url=self._page(event.filename, event.sha256),
        )

    def _late(self, one: Happened) -> Notice:
        event = one.event
        times = "once" if one.received == 1 else f"{one.received} times"
        version = _version(event.filename)
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

    def _of_entries(self, entries: Sequence[Entry]) -> Iterator[Notice]:
        for entry in entries:
            said = _said(entry)
            if entry.act == Act.ACCOUNT.value and said.startswith(_FROZEN):
                yield Notice(
                    key=f"account-freeze {entry.number}",
                    kind=NoticeKind.FREEZE,
                    at=entry.at,
                    title=f"The account {entry.subject} was frozen",
                    user=entry.subject,
                    reason=said.removeprefix(_FROZEN),
                )

    def _exposure(self, project: str, version: str) -> str:
        where = f" --data {self._data}" if self._data else ""
        return f"pratique exposure {project}{f'=={version}' if version else ''}{where}"

    def _page(self, filename: str, sha256: str) -> str:
        return f"{self._public_url}/report/{sha256}/{quote(filename)}" if self._public_url and sha256 else ""


def _is_pending(reason: str) -> bool:
    return reason.startswith(_PENDING[0]) and _PENDING[1] in reason


def _version(filename: str) -> str:
    try:
        return distribution_name(filename).version
    except BadName:
        return ""


def _said(entry: Entry) -> str:
    try:
        detail = json.loads(entry.detail)
    except ValueError:
        return ""
    found = detail.get("what", "") if isinstance(detail, dict) else ""
    return found if isinstance(found, str) else ""

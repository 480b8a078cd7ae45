"""What people and the server did, by the audit log, as far as somebody wants to be told."""

from __future__ import annotations

import json

from pratique.audit import FROZEN, REVOKED, SCANNER, Act, Entry
from pratique.notices import Notice, NoticeKind

_DECIDED = {Act.APPROVE.value: "is published", Act.TURN_DOWN.value: "was turned down"}


def of_entry(entry: Entry) -> Notice | None:
    """The notice of an entry; nothing for what is no news."""
    if entry.act == Act.ACCOUNT.value and _told(entry, "what").startswith(FROZEN):
        return _frozen(entry)
    if entry.act == Act.TOKEN.value and entry.actor == SCANNER:
        return _leaked(entry)
    if entry.act in _DECIDED:
        return _decided(entry)
    return _taken_down(entry) if entry.act == Act.TAKE_DOWN.value else None


def _frozen(entry: Entry) -> Notice:
    return Notice(
        key=f"account-freeze {entry.number}",
        kind=NoticeKind.FREEZE,
        at=entry.at,
        title=f"The account {entry.subject} was frozen",
        user=entry.subject,
        reason=_told(entry, "what").removeprefix(FROZEN),
    )


def _leaked(entry: Entry) -> Notice:
    token, _, why = _told(entry, "what").partition(REVOKED)
    return Notice(
        key=f"token-leak {entry.number}",
        kind=NoticeKind.LEAK,
        at=entry.at,
        title=f"A token of {entry.subject} serves no more: it was {why.partition(':')[0]}",
        user=entry.subject,
        reason=f"{token}: {why}",
    )


def _decided(entry: Entry) -> Notice:
    filename, _, sha256 = entry.subject.rpartition(" ")
    return Notice(
        key=f"decision {entry.number}",
        kind=NoticeKind.DECISION,
        at=entry.at,
        title=f"{filename} {_DECIDED[entry.act]}",
        filename=filename,
        sha256=sha256,
        reason=f"{entry.actor}: {_told(entry, 'reason')}",
        by=entry.actor,
    )


def _taken_down(entry: Entry) -> Notice:
    project, _, version = entry.subject.partition(" ")
    return Notice(
        key=f"takedown {entry.number}",
        kind=NoticeKind.TAKEDOWN,
        at=entry.at,
        title=f"{entry.subject} was taken down",
        project=project,
        version=version,
        reason=f"{entry.actor}: {_told(entry, 'reason')}",
        by=entry.actor,
    )


def _told(entry: Entry, name: str) -> str:
    try:
        detail = json.loads(entry.detail)
    except ValueError:
        return ""
    found = detail.get(name, "") if isinstance(detail, dict) else ""
    return found if isinstance(found, str) else ""

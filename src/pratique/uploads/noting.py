"""What is told on the start page of an act that is on the audit log."""

from __future__ import annotations

import json

from pratique.audit import Act, Draft
from pratique.policy import Action
from pratique.ports import Event, EventKind
from pratique.releases import OwnFile

_DONE = {
    Act.APPROVE: "approved",
    Act.TURN_DOWN: "rejected",
    Act.YANK: "yanked",
    Act.UNYANK: "unyanked",
    Act.TAKE_DOWN: "taken down",
    Act.RESTORE: "restored",
    Act.PROHIBIT: "prohibited",
    Act.ALLOW: "allowed",
    Act.MAKE_PRIVATE: "made private",
    Act.MAKE_PUBLIC: "made public",
}
_STRICT = frozenset({Act.TAKE_DOWN, Act.TURN_DOWN, Act.PROHIBIT})


def event_of(record: Draft, name: str, file: OwnFile | None = None) -> Event:
    """What was done, to what, by whom and why."""
    told = json.loads(record.detail)
    what = _DONE.get(record.act) or f"status {told.get('status', '')}"
    reason = str(told.get("reason", ""))
    return Event(
        kind=EventKind.VERDICT,
        at=record.at,
        project=name,
        filename=file.filename if file else record.subject,
        sha256=file.sha256 if file else "",
        action=Action.BLOCK if record.act in _STRICT else Action.ALLOW,
        reason=f"{what} by {record.actor}: {reason}" if reason else f"{what} by {record.actor}",
    )

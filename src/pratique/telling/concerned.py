"""Which users a notice concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from pratique.notices import PEOPLE, Addressed, Circle, Notice, NoticeKind


def concerned(notice: Notice, circle: Circle) -> list[str]:
    """Their names, each once; whoever did it knows."""
    return [name for name in dict.fromkeys(_concerned(notice, circle)) if name and name != notice.by]


def to_user(notice: Notice, user: str) -> Addressed:
    """The notice as that user gets it."""
    return Addressed(target=PEOPLE, notice=replace(notice, key=f"{user} {notice.key}", to=user))


def _concerned(notice: Notice, circle: Circle) -> Iterable[str]:
    match notice.kind:
        case NoticeKind.QUARANTINE | NoticeKind.BLOCK:
            # What came from the upstream waits in the quarantine: a letter for each would only be noise.
            return (notice.user, *circle.reviewers()) if notice.user else ()
        case NoticeKind.LATE:
            return circle.reviewers()
        case NoticeKind.FREEZE:
            return (notice.user, *circle.administrators())
        case NoticeKind.LEAK:
            return (notice.user,)
        case NoticeKind.DECISION:
            return (notice.user,)
        case NoticeKind.TAKEDOWN:
            return (*circle.owners(notice.project), *circle.reviewers())
        case NoticeKind.TEST:  # pragma: no cover  (sent at once, never put up)
            return ()
        case _:  # pragma: no cover
            assert_never(notice.kind)

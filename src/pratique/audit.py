"""The audit log: what people decided, each entry bound to the one before it; and the ports to what keeps it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from pratique.names import Sha256
from pratique.policy import Review

NOTHING = "0" * 64
"""What the first entry names as the one before it."""

FROZEN = "The account was frozen: "
REVOKED = " was revoked: "
SCANNER = "a scanner"
"""Words of entries by which notices know what they tell; no user is called like that."""

Key = tuple[Sha256, str]
"""The bytes and the file name that a review is about."""


class Act(StrEnum):
    """What was done."""

    RELEASE = "release"
    REJECT = "reject"
    POLICY = "policy"
    """Another policy came into force."""
    APPROVE = "approve"
    """An upload that was held is published."""
    TURN_DOWN = "turn-down"
    """An upload that was held is refused."""
    YANK = "yank"
    UNYANK = "unyank"
    STATUS = "status"
    TAKE_DOWN = "take-down"
    RESTORE = "restore"
    PROHIBIT = "prohibit"
    ALLOW = "allow"
    MAKE_PRIVATE = "make-private"
    MAKE_PUBLIC = "make-public"
    ACCOUNT = "account"
    """An account was made, changed, stopped or opened."""
    TOKEN = "token"  # noqa: S105  (what was done about one)
    """A token was made or revoked."""
    MEMBER = "member"
    """Who works on a project."""
    PUBLISHER = "publisher"
    """Which workflow may publish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Something to be put on record."""

    at: datetime
    actor: str
    act: Act
    subject: str
    """A file's name and SHA-256; a policy's SHA-256; a release, a project, a name, a user."""
    detail: str
    """The rest, as JSON with sorted keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that is on record."""

    number: int
    """From 1, without gaps."""
    at: datetime
    actor: str
    act: str
    subject: str
    detail: str
    previous: str
    """The digest of the entry before it."""
    digest: str
    """SHA-256 of all of the above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What was the newest entry at some time, as it is kept outside of the database."""

    number: int
    digest: str


def linked(draft: Draft, *, number: int, previous: str) -> Entry:
    """The entry that a draft becomes behind another."""
    entry = Entry(
        number=number,
        at=draft.at.astimezone(UTC),
        actor=draft.actor,
        act=draft.act.value,
        subject=draft.subject,
        detail=draft.detail,
        previous=previous,
        digest="",
    )
    return replace(entry, digest=digest_of(entry))


def digest_of(entry: Entry) -> str:
    """The digest that an entry has to have."""
    at = entry.at.astimezone(UTC).isoformat()
    told = [entry.number, at, entry.actor, entry.act, entry.subject, entry.detail, entry.previous]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def deed(act: Act, subject: str, *, by: str, at: datetime, **told: str) -> Draft:
    """Something that a person did to a subject, with what is told of it."""
    return Draft(at=at, actor=by, act=act, subject=subject, detail=json.dumps(told, sort_keys=True))


def about(review: Review) -> Draft:
    """A review as it goes on record."""
    detail: dict[str, object] = {
        "expires": review.expires.astimezone(UTC).isoformat() if review.expires else None,
        "lifts": list(review.lifts),
        "reason": review.reason,
    }
    return Draft(
        at=review.at,
        actor=review.actor,
        act=Act(review.answer.value),
        subject=f"{review.filename} {review.sha256}",
        detail=json.dumps(detail, sort_keys=True),
    )


class Reviews(Protocol):
    """What people decided about files."""

    def mark(self) -> object:
        """Another value after each decision, by whichever process; cheap enough to ask at every request."""
        ...

    async def current(self) -> Mapping[Key, Review]:
        """The newest decision about each file, expired ones included; raises `StorageError`."""
        ...


class Book(Reviews, Protocol):
    """Decisions and the log of them, which only grows. Everything raises `StorageError`."""

    async def decide(self, review: Review) -> Entry:
        """Keep a decision and put it on record, both or neither."""
        ...

    async def note(self, draft: Draft) -> Entry:
        """Put something on record."""
        ...

    async def entries(self, *, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """What is on record behind an entry, the oldest first."""
        ...

    async def decided(self) -> Sequence[tuple[int, Review]]:
        """Every decision, with the number of its entry."""
        ...


class NoReviews:
    """`Reviews` of whoever keeps none."""

    def mark(self) -> object:
        """Never another one."""
        return None

    async def current(self) -> Mapping[Key, Review]:
        """None."""
        return {}

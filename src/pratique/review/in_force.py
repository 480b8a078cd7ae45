"""Which policy is in force, on record: whoever looks back knows by which words a file was judged."""

from __future__ import annotations

import hashlib
import json
from typing import Protocol

from pratique.audit import Act, Draft, Entry
from pratique.ports import Clock


class PolicyBook(Protocol):
    """What keeps policies; both raise `StorageError`."""

    async def keep_policy(self, draft: Draft, policy: str) -> Entry:
        """Keep a policy that comes into force, and put that on record."""
        ...

    async def policy(self) -> tuple[str, str] | None:
        """SHA-256 and text of the policy that came into force last; nothing where none ever did."""
        ...


def digest_of(text: str) -> str:
    """By which a policy's text is on record: SHA-256 of its UTF-8, without a byte order mark."""
    return hashlib.sha256(text.encode()).hexdigest()


async def keep_policy(book: PolicyBook, clock: Clock, text: str, path: str) -> None:
    """Put on record which policy is in force from now on, unless it is the one from before.

    An empty text is the default; it is told only where it follows another.
    """
    digest = digest_of(text)
    known = await book.policy()
    if known is None and not text:
        return
    if known is None or known[0] != digest:
        detail = json.dumps({"path": path}, sort_keys=True)
        await book.keep_policy(
            Draft(at=clock.now(), actor="server", act=Act.POLICY, subject=digest, detail=detail), text
        )

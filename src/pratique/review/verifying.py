"""Whether the audit log is what it was: by its own chain, by heads kept outside, and beside the decisions in force."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pratique.audit import NOTHING, Act, Entry, Head, about, digest_of
from pratique.policy import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a look at the log has shown."""

    entries: int
    digest: str
    """Of the newest entry."""
    faults: tuple[str, ...]
    """Sentences; none where nothing speaks against it."""
    unproven: int
    """The newest entries that no head speaks of: only their own chain holds them."""


def verify(
    entries: Sequence[Entry],
    heads: Sequence[Head],
    decided: Sequence[tuple[int, Review]],
    policies: Mapping[int, str] | None = None,
) -> Outcome:
    """Compare the whole log with the heads, the decisions that are in force, and the texts of policies by entry."""
    faults = [
        *_chain(entries),
        *_heads(entries, heads),
        *_decisions(entries, decided),
        *_policies(entries, policies or {}),
    ]
    proven = max((head.number for head in heads), default=0)
    return Outcome(
        entries=len(entries),
        digest=entries[-1].digest if entries else NOTHING,
        faults=tuple(faults),
        unproven=max(0, len(entries) - proven),
    )


def _chain(entries: Iterable[Entry]) -> Iterator[str]:
    previous = NOTHING
    for number, entry in enumerate(entries, 1):
        if entry.number != number:
            yield f"entry {number} is missing: {entry.number} stands in its place"
            return
        if entry.previous != previous:
            yield f"entry {number} does not follow the one before it"
        if digest_of(entry) != entry.digest:
            yield f"entry {number} was changed: its digest is that of something else"
        previous = entry.digest


def _heads(entries: Sequence[Entry], heads: Sequence[Head]) -> Iterator[str]:
    digests = {entry.number: entry.digest for entry in entries}
    if entries and not heads:
        yield "there is no head outside of the database: nothing shows that the log was not rewritten as a whole"
    for head in heads:
        if head.number not in digests:
            yield f"entry {head.number} is gone: it was {head.digest}"
        elif digests[head.number] != head.digest:
            yield f"entry {head.number} is another one: it was {head.digest}, and is {digests[head.number]}"


def _decisions(entries: Sequence[Entry], decided: Sequence[tuple[int, Review]]) -> Iterator[str]:
    """Each decision in force is on record as it is, and each one on record is there."""
    known = {entry.number: entry for entry in entries}
    for number, review in decided:
        draft, entry = about(review), known.get(number)
        told = (draft.at, draft.actor, draft.act.value, draft.subject, draft.detail)
        if entry is None or told != (entry.at, entry.actor, entry.act, entry.subject, entry.detail):
            yield f"the decision about {review.filename} is not the one on record as entry {number}"
    there = {number for number, _ in decided}
    for entry in entries:
        if entry.act in {Act.RELEASE.value, Act.REJECT.value} and entry.number not in there:
            yield f"the decision on record as entry {entry.number} about {entry.subject} is gone"


def _policies(entries: Sequence[Entry], policies: Mapping[int, str]) -> Iterator[str]:
    """Each policy that is on record is kept as it was, and none is kept that is not."""
    on_record = {entry.number: entry.subject for entry in entries if entry.act == Act.POLICY.value}
    for number in sorted(on_record.keys() | policies.keys()):
        text = policies.get(number)
        if text is None:
            yield f"the policy on record as entry {number} is gone"
        elif hashlib.sha256(text.encode()).hexdigest() != on_record.get(number):
            yield f"the policy that is kept is not the one on record as entry {number}"

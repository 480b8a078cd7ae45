"""The list of changes beside a collection: ``modified_id.csv``, a moment and an id in each line, newest first.

That is what the OSV export offers next to each ``all.zip``: whoever has the records of yesterday needs only
those that the list names since. In the list over all ecosystems an id has its ecosystem before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pratique.errors import PratiqueError

_PATH = re.compile(r"(?:PyPI/)?([A-Za-z0-9][A-Za-z0-9._:+-]{0,199})", re.ASCII)
_OTHER = re.compile(r"[^/]{1,100}/[A-Za-z0-9][A-Za-z0-9._:+-]{0,199}")


class BadChanges(PratiqueError):
    """A list of changes that cannot be relied on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A record that is new or changed."""

    id: str
    path: str
    """Below the list's own folder, without ``.json``."""
    modified: datetime


def changes(lines: Iterable[str], *, since: datetime) -> Iterator[Change]:
    """Those at ``since`` or later, in the list's order; raises `BadChanges` for a line that is none."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        moment, _, path = line.strip().partition(",")
        modified = _moment(moment, number)
        if modified < since:
            continue
        if found := _PATH.fullmatch(path):
            yield Change(id=found[1], path=path, modified=modified)
        elif not _OTHER.fullmatch(path):
            raise BadChanges(
                f"Line {number} of the list of changes names no record: {path[:80]!r}.",
                remedy="Check that the address is that of an export: modified_id.csv lies beside all.zip.",
            )


def _moment(text: str, number: int) -> datetime:
    moment = None
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
    if moment is None or moment.tzinfo is None:
        raise BadChanges(
            f"Line {number} of the list of changes has no moment: {text[:80]!r}.",
            remedy="Check that the address is that of an export: modified_id.csv lies beside all.zip.",
        )
    return moment

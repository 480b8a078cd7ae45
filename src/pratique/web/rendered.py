"""Rendered pages, kept as the bytes that are sent: a large page takes tens of milliseconds to write and to pack."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from weakref import ReferenceType, ref

from pratique.gateway.flight import SingleFlight
from pratique.gateway.kept import Kept
from pratique.names import ProjectName
from pratique.ports import ProjectPage

_PACKED_FROM = 1_000
_LEVEL = 3
"""The next one takes half as long again and saves a twentieth: whoever asks for a page first waits for it."""
_BUDGET = 48 << 20

_Key = tuple[ProjectName, str, str, str]
"""Project, content type, origin of the site as the client called it with what the index's addresses begin with, and
what is offered to this client of metadata: see `pratique.web.simple`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A page in one content type."""

    body: bytes
    packed: bytes | None
    """The same in gzip, where that is worth it."""
    etag: str
    """As a header has it, quoted, for the body and for the packed one."""
    packed_etag: str

    @property
    def size(self) -> int:
        """What it takes in memory, in bytes."""
        return len(self.body) + len(self.packed or b"")


class Renderer:
    """Renders a page once for each source, and keeps what was asked for last within ``budget`` bytes.

    The source is kept by whoever has it: its thousands of files are no part of that budget.
    """

    def __init__(self, *, budget: int = _BUDGET) -> None:
        self._kept: Kept[_Key, tuple[ReferenceType[ProjectPage], Rendered]] = Kept(budget, lambda kept: kept[1].size)
        self._flights: SingleFlight[tuple[_Key, int], Rendered] = SingleFlight()

    async def get(self, source: ProjectPage, key: _Key, write: Callable[[], bytes]) -> Rendered:
        """What ``write`` makes of ``source``; it is asked again only for another object under the same key."""
        kept = self._kept.get(key)
        if kept and kept[0]() is source:
            return kept[1]
        return await self._flights.run((key, id(source)), lambda: self._render(source, key, write))

    async def _render(self, source: ProjectPage, key: _Key, write: Callable[[], bytes]) -> Rendered:
        rendered = await asyncio.to_thread(lambda: render(write()))
        self._kept.put(key, (ref(source), rendered))
        return rendered


def render(body: bytes) -> Rendered:
    """A page's bytes, packed, and what names them."""
    packed = gzip.compress(body, _LEVEL, mtime=0) if len(body) >= _PACKED_FROM else None
    name = hashlib.sha256(body).hexdigest()[:32]
    return Rendered(body=body, packed=packed, etag=f'"{name}"', packed_etag=f'"{name}-gz"')

"""Descriptions are rendered in a process of their own: parsers of markup can be kept busy for hours by a few bytes."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
from collections import OrderedDict
from functools import partial
from typing import Protocol

from pebble import ProcessExpired, ProcessPool

from pratique.jobs.worker import Limits, confine
from pratique.releases import About
from pratique.uploads.describing import rendered

_KEPT = 200
"""Rendered descriptions in memory, at most a few hundred kilobytes each."""
_TASKS = 100


class Renderer(Protocol):
    """Makes harmless HTML of descriptions."""

    async def html(self, about: About) -> str | None:
        """The description as HTML; nothing where it cannot be rendered."""
        ...


class DirectRenderer:
    """`Renderer` in a thread: for descriptions that nobody hostile wrote."""

    async def html(self, about: About) -> str | None:
        """The description as HTML; nothing where it cannot be rendered."""
        return await asyncio.to_thread(rendered, about)


class PoolRenderer:
    """`Renderer` in one process, confined as those that inspect, killed and replaced after ``seconds``."""

    def __init__(self, *, seconds: float = 5.0, memory_bytes: int = 512 << 20) -> None:
        self._seconds = seconds
        self._limits = Limits(seconds=seconds, memory_bytes=memory_bytes)
        self._pool: ProcessPool | None = None
        self._kept: OrderedDict[str, str | None] = OrderedDict()
        self._lock = asyncio.Lock()

    async def html(self, about: About) -> str | None:
        """The description as HTML, kept for whoever asks next; nothing where it cannot be rendered in time."""
        key = hashlib.sha256(f"{about.description_type}\0{about.description}".encode("utf-8", "replace")).hexdigest()
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        html = await self._render(about)
        self._kept[key] = html
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return html

    async def close(self) -> None:
        """End the process, also if it is at work."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_stop, pool)

    async def _render(self, about: About) -> str | None:
        async with self._lock:
            if self._pool is None:
                self._pool = await asyncio.to_thread(self._open)
        future = self._pool.schedule(rendered, args=(about,), timeout=self._seconds)
        try:
            return await asyncio.wrap_future(future)
        except (TimeoutError, ProcessExpired, MemoryError):
            return None

    def _open(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        pool = ProcessPool(max_workers=1, max_tasks=_TASKS, initializer=partial(confine, self._limits), context=context)
        pool.active  # noqa: B018  (asking starts it)
        return pool


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()

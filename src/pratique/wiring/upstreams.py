"""The indexes behind us, opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from pratique.errors import BadSetting
from pratique.ports import Observer
from pratique.wiring.settings import ServerSettings, UpstreamSettings

if TYPE_CHECKING:
    from pratique.upstream import HttpUpstream, Source, Upstreams


@asynccontextmanager
async def open_upstream(url: str | None, observer: Observer | None = None) -> AsyncIterator[HttpUpstream]:
    """The index behind us, or the one that pip is configured with."""
    from pratique.index.parse import parse_page
    from pratique.upstream import HttpUpstream, default_upstream

    async with HttpUpstream(url or default_upstream(), parse=parse_page, observer=observer) as upstream:
        yield upstream


@asynccontextmanager
async def open_upstreams(settings: UpstreamSettings, observer: Observer | None = None) -> AsyncIterator[Upstreams]:
    """All of them, in the order of their priority; raises `BadSetting`."""
    from pratique.index.parse import parse_page
    from pratique.upstream import HttpUpstream, Upstreams

    async with AsyncExitStack() as stack:
        one_by_one = [
            HttpUpstream(source, parse=parse_page, allowed=settings.allowed, observer=observer)
            for source in sources(settings)
        ]
        several = Upstreams(one_by_one)
        for one in one_by_one:
            await stack.enter_async_context(one)
        yield several


def sources(settings: UpstreamSettings) -> tuple[Source, ...]:
    """The configured upstreams, or the one that pip is configured with."""
    from pratique.upstream import Source, default_upstream

    return settings.sources or (Source(url=default_upstream()),)


async def refuse_self(settings: ServerSettings, port: int, instance: str) -> None:
    """Raise `BadSetting` where an upstream is this very server, by its address or by what it answers."""
    from pratique.upstream import is_self, redact

    for source in sources(settings.upstreams):
        async with open_upstream(source.url) as upstream:
            if is_self(source.url, settings.host, port) or await upstream.probe() == instance:
                raise BadSetting(
                    f"The upstream {redact(source.url)} is this server itself.",
                    remedy="Name the index behind it with --upstream URL.",
                )

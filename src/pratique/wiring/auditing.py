"""What audits releases over a data folder, beside a server or without one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.wiring.outside import own_index, ports_for
from pratique.wiring.settings import CacheSettings, ServerSettings, UpstreamSettings, default_engine
from pratique.wiring.stores import advisories_in, book_in, releases_in
from pratique.wiring.terminal import tell

if TYPE_CHECKING:
    from pratique.gateway.auditing import Auditor


@asynccontextmanager
async def auditor_in(data: Path, upstream: str | None, *, workers: int, cache: int) -> AsyncIterator[Auditor]:
    """An auditor with ``workers`` processes; of upstreams' files it keeps ``cache`` bytes in the folder at most.

    The folder is made when it is missing. That no advisories are kept in it is told. Raises `BadSetting`,
    `StorageError`.
    """
    from pratique.gateway.auditing import Auditor
    from pratique.upstream import Source

    sources = (Source(url=upstream),) if upstream else ()
    settings = ServerSettings(data=data, upstreams=UpstreamSettings(sources=sources), cache=CacheSettings(size=cache))
    engine = replace(default_engine(data), workers=workers)
    async with (
        advisories_in(data) as advisories,
        releases_in(data) as releases,
        book_in(data) as book,
        ports_for(settings, engine, advisories, own_index(releases), book) as ports,
    ):
        totals = await advisories.totals()
        if not totals.malware + totals.vulnerabilities:
            tell(f"No advisories are kept: `pratique advisories import SOURCE --data {data}` brings some in.")
        auditor = Auditor(ports)
        try:
            yield auditor
        finally:
            await auditor.close()

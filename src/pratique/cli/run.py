"""``pratique run``: one command whose package index is a gateway that lives as long as it does."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pratique.errors import BadSetting

if TYPE_CHECKING:
    from pratique.cli.running.fence import Fence
    from pratique.cli.running.told import Ended
    from pratique.wiring import ServerSettings

_CACHE = 5 << 30
"""Bytes that upstreams' files may take of a cache that nobody looks after."""


def run(
    *command: Annotated[str, Parameter(allow_leading_hyphen=True)],
    data: Path | None = None,
    upstream: str | None = None,
    policy: Path | None = None,
    allow_direct: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run a command behind a gateway that lives as long as it does.

    Parameters
    ----------
    command
        After --: the command and all of its arguments, such as `pip install flask`.
    data
        Folder for what was inspected; by default one in this user's cache, so that the second run is warm.
    upstream
        The index behind the gateway; by default the one that pip is configured with.
    policy
        A TOML file that says what may be installed.
    allow_direct
        Let the command reach other hosts as well: what it gets there is not inspected.

    """
    if not command:
        raise BadSetting("There is no command.", remedy="Give one after --, as in `pratique run -- pip install flask`.")
    from pratique.cli.running.child import require_program
    from pratique.cli.running.clients import listen_on
    from pratique.cli.running.detours import refuse_detours

    require_program(command[0])
    port = listen_on(command, Path.cwd())
    if not allow_direct:
        refuse_detours(command)
    settings = _settings(data or _cache(), upstream, policy, port)
    ended = asyncio.run(_run(command, settings, fenced=not allow_direct))
    from pratique.cli.running.told import tell

    tell(ended)
    return ended.status


async def _run(command: tuple[str, ...], settings: ServerSettings, *, fenced: bool) -> Ended:
    """The whole way: a gateway, a fence around it, the command between them, and what was refused."""
    from contextlib import AsyncExitStack

    from pratique.cli.progress import Progress
    from pratique.cli.running.child import run_child
    from pratique.cli.running.clients import environment
    from pratique.cli.running.fence import Fence
    from pratique.cli.running.told import Ended, Seen
    from pratique.wiring import default_engine, running

    seen = Seen()
    async with AsyncExitStack() as stack:
        with Progress(doing="starting a gateway"):
            site = await stack.enter_async_context(running(settings, default_engine(settings.data), seen))
        fence: Fence | None = await stack.enter_async_context(Fence().standing()) if fenced else None
        told = environment(os.environ, f"http://127.0.0.1:{site.port}/simple/", fence.url if fence else "")
        status = await run_child(command, told)
        return Ended(
            status=status,
            happened=seen.happened,
            direct=tuple(fence.asked) if fence else (),
        )


def _settings(data: Path, upstream: str | None, policy: Path | None, port: int) -> ServerSettings:
    from pratique.cli.running.port import free_port
    from pratique.upstream import Source
    from pratique.wiring import CacheSettings, ServerSettings, UpstreamSettings

    return ServerSettings(
        port=free_port(data, port),
        data=data,
        policy=policy,
        upstreams=UpstreamSettings(sources=(Source(url=upstream),) if upstream else ()),
        cache=CacheSettings(size=_CACHE),
    )


def _cache() -> Path:
    from pratique.cli.places import cache_folder

    return cache_folder()

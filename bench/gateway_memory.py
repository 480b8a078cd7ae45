"""What a server keeps in memory after many different pages."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from gateway_rates import JSON
from peers import resident
from peers_found import Peers
from table import table

_PAGES = 10_000
_FILES = 30
"""On each page: what a project of middle age has."""


def report(peers: Peers, folder: Path) -> tuple[str, bool]:
    """The table, and whether ours gave every page."""
    rows, good = [], True
    with _upstream() as upstream:
        for name, server in peers.mirrors(folder, upstream):
            with server as index:
                port = urlsplit(index).port or 0
                start = resident(port)[0]
                failed = _ask_for_all(index)
                now, most = resident(port)
            rows.append([name, f"{start:,.0f}", f"{now:,.0f}", f"{most:,.0f}", str(failed)])
            good = good and not (failed and name == "pratique")
    return table(["server", "MB at first", f"after {_PAGES:,} pages", "at most", "failed"], rows), good


def _ask_for_all(index: str) -> int:
    """How many were not given."""
    parts = urlsplit(index)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    failed = 0
    for number in range(_PAGES):
        connection.request("GET", f"{parts.path}project-{number}/", headers={"Accept": JSON, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        failed += answer.status != 200
    connection.close()
    return failed


@contextlib.contextmanager
def _upstream() -> Iterator[str]:
    """An index that has a page for whatever name it is asked for."""
    ready, stop = threading.Event(), asyncio.Event()
    started: list[tuple[asyncio.AbstractEventLoop, int]] = []

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/simple/", _root)
        app.router.add_get("/simple/{project}/", _page)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        started.append((asyncio.get_running_loop(), int(runner.addresses[0][1])))
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(30)
    loop, port = started[0]
    try:
        yield f"http://127.0.0.1:{port}/simple/"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)


async def _root(_: web.Request) -> web.Response:
    """Some mirrors know no project that is not listed here."""
    names = [{"name": f"project-{number}"} for number in range(_PAGES)]
    document = {"meta": {"api-version": "1.1"}, "projects": names}
    return web.Response(body=json.dumps(document).encode(), headers={"Content-Type": JSON})


async def _page(request: web.Request) -> web.Response:
    project = request.match_info["project"]
    document = {
        "meta": {"api-version": "1.1"},
        "name": project,
        "versions": [f"1.{number}" for number in range(_FILES)],
        "files": [_file(project, number) for number in range(_FILES)],
    }
    return web.Response(body=json.dumps(document).encode(), headers={"Content-Type": JSON})


def _file(project: str, number: int) -> dict[str, object]:
    filename = f"{project.replace('-', '_')}-1.{number}-py3-none-any.whl"
    return {
        "filename": filename,
        "url": f"/files/{filename}",
        "hashes": {"sha256": hashlib.sha256(filename.encode()).hexdigest()},
        "size": 10_000 + number,
        "upload-time": "2024-01-02T03:04:05.000000Z",
        "requires-python": ">=3.9",
        "yanked": False,
        "core-metadata": {"sha256": hashlib.sha256(b"m" + filename.encode()).hexdigest()},
    }

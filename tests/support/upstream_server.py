"""A real index on loopback, commanded by tests: files that we built, and a switch for each thing that goes wrong.

    index = LocalIndex()
    index.add(make_wheel("demo", "1.0", {"demo.py": ""}))
    async with index.serving() as url: ...      # in the test's own loop
    with index.serving_in_thread() as url: ...  # for tests that wait for a subprocess

All methods may be called from any thread.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import json
import re
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.support.distributions import Built

_JSON = "application/vnd.pypi.simple.v1+json"
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one file. ``hold``: answer only once this many requests of it wait."""

    wrong_hash: bool = False
    truncate: int | None = None
    """End the body after this many bytes, though ``Content-Length`` promised all."""
    stall: int | None = None
    """Send this many bytes, and the rest only when the file is released."""
    status: int | None = None
    redirect: str | None = None
    hold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file as the index lists it."""

    built: Built
    yanked: bool | str = False
    requires_python: str | None = None
    metadata: bool = True
    """Whether ``.metadata`` is offered (PEP 658)."""
    metadata_hash: bool = True
    """Whether its hash is told."""
    upload_time: str | None = "2024-01-02T03:04:05.000000Z"
    provenance: bytes | None = None
    """The provenance object that is offered (PEP 740)."""


@dataclass(slots=True)
class LocalIndex:
    """An index. Its attributes are switches and may be set while it serves."""

    json: bool = True
    """Off: pages are HTML only, without sizes."""
    etag: bool = True
    status: str = "active"
    """Of every project that `statuses` does not name (PEP 792)."""
    statuses: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Status and reason of projects, by normalised name."""
    down: bool = False
    """Connections are cut without an answer."""
    counts: Counter[str] = field(default_factory=Counter)
    """Requests by path, those that were cut included."""
    _files: dict[str, Listed] = field(default_factory=dict)
    _faults: dict[str, Fault] = field(default_factory=dict)
    _waiting: Counter[str] = field(default_factory=Counter)
    _gates: dict[str, asyncio.Event] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, built: Built, *, fault: Fault | None = None, yanked: bool | str = False) -> Listed:
        """List a file, replacing one of the same name."""
        listed = Listed(built=built, yanked=yanked)
        self.put(listed, fault=fault)
        return listed

    def put(self, listed: Listed, *, fault: Fault | None = None) -> None:
        """List a file whose entry is out of the ordinary."""
        self._files[listed.built.filename] = listed
        self.fault(listed.built.filename, fault)

    def fault(self, filename: str, fault: Fault | None) -> None:
        """Set what goes wrong with a file, or mend it; the hold counts from nought."""
        self._faults[filename] = fault or Fault()
        self._waiting[filename] = 0
        self._gates[filename] = asyncio.Event()

    def remove(self, filename: str) -> None:
        """Take a file away: it is neither listed nor served."""
        del self._files[filename]

    def release(self, filename: str) -> None:
        """Answer all held or stalled requests of a file, however many wait."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._gates[filename].set)

    def wait_for_requests(self, path: str, number: int = 1) -> None:
        """Block until a path was asked for so many times; raises `TimeoutError` after half a minute."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.counts[path] >= number, _PATIENCE):
                raise TimeoutError(f"{self.counts[path]} requests of {path}, not {number}")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serve within this loop; gives the index's URL."""
        app = web.Application(middlewares=[self._watch])
        app.router.add_get("/simple/", self._root)
        app.router.add_get("/simple/{project}/", self._page)
        app.router.add_get("/packages/{filename}.metadata", self._metadata)
        app.router.add_get("/packages/{filename}.provenance", self._provenance)
        app.router.add_get("/packages/{filename}", self._file)
        self._loop = asyncio.get_running_loop()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/simple/"
        finally:
            for gate in self._gates.values():
                gate.set()
            await runner.cleanup()
            self._loop = None

    @contextmanager
    def serving_in_thread(self) -> Iterator[str]:
        """Serve in a thread of its own; gives the index's URL."""
        started: list[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = []
        ready = threading.Event()

        async def serve() -> None:
            async with self.serving() as url:
                stop = asyncio.Event()
                started.append((url, asyncio.get_running_loop(), stop))
                ready.set()
                await stop.wait()

        thread = threading.Thread(target=lambda: asyncio.run(serve()), name="local-index")
        thread.start()
        if not ready.wait(_PATIENCE):
            raise TimeoutError("The index did not start.")
        url, loop, stop = started[0]
        try:
            yield url
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(_PATIENCE)

    @web.middleware
    async def _watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        with self._changed:
            self.counts[request.path] += 1
            self._changed.notify_all()
        if self.down and request.transport:
            request.transport.abort()
            raise asyncio.CancelledError
        return await handler(request)

    async def _root(self, _: web.Request) -> web.Response:
        names = sorted({_normal(listed.built.project) for listed in self._files.values()})
        body = {"meta": {"api-version": "1.1"}, "projects": [{"name": name} for name in names]}
        return web.Response(body=json.dumps(body).encode(), headers={"Content-Type": _JSON})

    async def _page(self, request: web.Request) -> web.Response:
        project = request.match_info["project"]
        files = [listed for listed in self._files.values() if _normal(listed.built.project) == project]
        if not files:
            raise web.HTTPNotFound
        wants_json = self.json and _JSON in request.headers.get("Accept", "")
        body = self._as_json(project, files) if wants_json else self._as_html(project, files)
        response = web.Response(body=body, headers={"Content-Type": _JSON if wants_json else "text/html"})
        if self.etag:
            response.etag = hashlib.sha256(body).hexdigest()
            if any(known.value == response.etag.value for known in request.if_none_match or () if response.etag):
                return web.Response(status=304, headers={"ETag": response.headers["ETag"]})
        return response

    def _as_json(self, project: str, files: list[Listed]) -> bytes:
        entries = []
        for listed in files:
            entry = {
                "filename": listed.built.filename,
                "url": f"../../packages/{listed.built.filename}",
                "hashes": {"sha256": self._promised(listed)},
                "size": len(listed.built.data),
                "upload-time": listed.upload_time,
                "yanked": listed.yanked,
                "core-metadata": listed.metadata and _promise(listed),
            }
            if listed.upload_time is None:
                del entry["upload-time"]
            if listed.provenance is not None:
                entry["provenance"] = f"../../packages/{listed.built.filename}.provenance"
            if listed.requires_python:
                entry["requires-python"] = listed.requires_python
            entries.append(entry)
        versions = sorted({listed.built.version for listed in files})
        page = {"meta": {"api-version": "1.4"}, "name": project, "versions": versions, "files": entries}
        status, reason = self.statuses.get(project, (self.status, ""))
        if status != "active":
            page["project-status"] = {"status": status, **({"reason": reason} if reason else {})}
        return json.dumps(page).encode()

    def _as_html(self, project: str, files: list[Listed]) -> bytes:
        return (
            f"<!DOCTYPE html><html><body><h1>{project}</h1>{''.join(map(self._anchor, files))}</body></html>".encode()
        )

    def _anchor(self, listed: Listed) -> str:
        attributes = {"href": f"../../packages/{listed.built.filename}#sha256={self._promised(listed)}"}
        if listed.requires_python:
            attributes["data-requires-python"] = listed.requires_python
        if listed.yanked is not False:
            attributes["data-yanked"] = listed.yanked if isinstance(listed.yanked, str) else ""
        if listed.metadata:
            promise = _promise(listed)
            attributes["data-core-metadata"] = f"sha256={promise['sha256']}" if promise is not True else "true"
        written = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
        return f"<a {written}>{listed.built.filename}</a><br>"

    def _promised(self, listed: Listed) -> str:
        return "0" * 64 if self._faults[listed.built.filename].wrong_hash else listed.built.sha256

    async def _metadata(self, request: web.Request) -> web.Response:
        listed = self._files.get(request.match_info["filename"])
        if listed is None or not listed.metadata:
            raise web.HTTPNotFound
        return web.Response(body=listed.built.metadata, content_type="application/octet-stream")

    async def _provenance(self, request: web.Request) -> web.Response:
        listed = self._files.get(request.match_info["filename"])
        if listed is None or listed.provenance is None:
            raise web.HTTPNotFound
        return web.Response(body=listed.provenance, content_type="application/json")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        listed = self._files.get(request.match_info["filename"])
        if listed is None:
            raise web.HTTPNotFound
        fault = self._faults[listed.built.filename]
        if fault.hold:
            await self._hold(listed.built.filename, fault.hold)
        if fault.redirect is not None:
            return web.Response(status=302, headers={"Location": fault.redirect})
        if fault.status is not None:
            return web.Response(status=fault.status)
        if fault.truncate is not None:
            return await _truncated(request, listed.built.data, fault.truncate)
        if fault.stall is not None:
            return await _stalled(request, listed.built.data, fault.stall, self._gates[listed.built.filename])
        return web.Response(body=listed.built.data, content_type="application/octet-stream")

    async def _hold(self, filename: str, number: int) -> None:
        self._waiting[filename] += 1
        gate = self._gates[filename]
        if self._waiting[filename] >= number:
            gate.set()
        await asyncio.wait_for(gate.wait(), _PATIENCE)


async def _truncated(request: web.Request, data: bytes, length: int) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(data))})
    await response.prepare(request)
    await response.write(data[:length])
    if request.transport:
        request.transport.close()  # what was written is still sent, unlike with `abort`
    return response


async def _stalled(request: web.Request, data: bytes, length: int, gate: asyncio.Event) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(data))})
    await response.prepare(request)
    await response.write(data[:length])
    await asyncio.wait_for(gate.wait(), _PATIENCE)
    with suppress(ConnectionResetError):  # whoever asked is gone
        await response.write(data[length:])
    return response


def _promise(listed: Listed) -> dict[str, str] | Literal[True]:
    return {"sha256": _digest(listed.built.metadata)} if listed.metadata_hash else True


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

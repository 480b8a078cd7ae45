"""How many pages and files a second a warm server gives, and what each costs it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import random
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import wrk
from load import Summary, load
from peers import bare, nginx, processor_seconds
from peers_found import Peers
from table import table

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html"
_CONNECTIONS = 32
_SMALL, _LARGE = 5, 3_000
"""Files on the pages of a small and of a large project."""
_FILE_BYTES = 1 << 20
_OURS = "pratique"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server has each of what is asked for; empty where it has it not."""

    small_html: str
    small_json: str
    large: str
    file: str

    def questions(self) -> Iterator[tuple[str, str, list[str]]]:
        """What is asked for: its name, its address, headers."""
        packed = "Accept-Encoding: gzip, deflate"
        yield "file of 1 MB", self.file, ["Accept: */*", "Accept-Encoding: identity"]
        yield "small page, HTML", self.small_html, [f"Accept: {HTML}", packed]
        yield "small page, JSON", self.small_json, [f"Accept: {JSON}", packed]
        yield "large page, gzip", self.large, [f"Accept: {JSON}, {HTML};q=0.1", packed]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What one server bore of one kind of request."""

    server: str
    what: str
    load: Summary
    used: float
    """The server's processor seconds: on a machine that has other work they say more than the rate does."""

    @property
    def each(self) -> float:
        """Processor milliseconds for each answer."""
        return self.used * 1000 / max(1, self.load.answers)


def report(peers: Peers, folder: Path) -> tuple[str, bool]:
    """The table, and whether every answer of ours was one."""
    from tests.support.upstream_server import LocalIndex

    behind = LocalIndex()
    packages = folder / "packages"
    packages.mkdir()
    filename = _publish(behind, packages)
    found: list[_Measured] = []
    with behind.serving_in_thread() as upstream:
        for server, place in _servers(peers, folder, upstream, packages, filename):
            for what, url, headers in place.questions():
                found.append(_measured(server, what, url, headers, peers))
                print(f"{server}, {what}: {found[-1].load.rate:,.0f} a second", file=sys.stderr)
    found.sort(key=lambda one: one.what)  # stable: what was asked for, then the servers in turn
    ours = {one.what: one for one in found if one.server == _OURS}
    header = ["", "server", "a second", "ours / it", "MB/s", "p50 ms", "p99 ms", "CPU ms each", "CPU / ours", "failed"]
    rows = [_cells(one, ours[one.what]) for one in found]
    return table(header, rows), not any(one.load.failures for one in ours.values())


def _publish(behind: LocalIndex, packages: Path) -> str:  # type: ignore[name-defined]  # noqa: F821
    """A project of few releases, one of many, and in the first a file of a megabyte; gives its name."""
    from tests.support.distributions import make_wheel

    noise = base64.b64encode(random.Random(1).randbytes(_FILE_BYTES * 3 // 4)).decode()  # noqa: S311
    large = make_wheel("small", "1.0", {"small/__init__.py": "", "small/noise.txt": noise})
    built = [make_wheel("small", f"0.{number}", {"small.py": f"x = {number}\n"}) for number in range(1, _SMALL)]
    built += [make_wheel("large", f"0.{number}", {"large.py": f"x = {number}\n"}) for number in range(_LARGE)]
    for one in (large, *built):
        behind.add(one)
        (packages / one.filename).write_bytes(one.data)
    return large.filename


def _servers(peers: Peers, folder: Path, upstream: str, packages: Path, filename: str) -> Iterator[tuple[str, Place]]:
    """Each server in turn, running and warm."""
    root = folder / "root"
    for name, server in (*peers.mirrors(folder, upstream), *peers.over(folder, packages)):
        with server as index:
            place = _warm(index, filename)
            if name == _OURS:
                _copy(place, root)
            yield name, place
    with bare(folder, root) as url:
        yield "bare aiohttp", _flat(url)
    if peers.nginx:
        with nginx(peers.nginx, folder, root) as url:
            yield "nginx", _flat(url)


def _warm(index: str, filename: str) -> Place:
    """Ask for pages and file until they are kept."""
    from pypi_simple import ProjectPage

    small, large = f"{index}small/", f"{index}large/"
    listed = ProjectPage.from_html("small", _get(small, HTML).decode(), base_url=small)
    file = next(package.url for package in listed.packages if package.filename == filename)
    for _ in range(3):
        _get(file, "*/*")
        _get(large, f"{JSON}, {HTML};q=0.1")
    return Place(small_html=small, small_json=small, large=large, file=urljoin(small, file))


def _copy(place: Place, root: Path) -> None:
    """The same bytes as files, as they are sent."""
    root.mkdir()
    for what, url, headers in place.questions():
        body = _get(url, headers[0].partition(": ")[2])
        (root / what.replace(" ", "-").replace(",", "")).write_bytes(
            body if url == place.file else gzip.compress(body, 5)
        )


def _flat(url: str) -> Place:
    return Place(
        small_html=f"{url}small-page-HTML",
        small_json=f"{url}small-page-JSON",
        large=f"{url}large-page-gzip",
        file=f"{url}file-of-1-MB",
    )


def _get(url: str, accept: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.closing(opener.open(request, timeout=120)) as answer:
        body = answer.read()
    assert isinstance(body, bytes)  # noqa: S101
    return body


def _measured(server: str, what: str, url: str, headers: list[str], peers: Peers) -> _Measured:
    port = urlsplit(url).port or 0
    before = processor_seconds(port)
    headers = [*headers, "User-Agent: pip/26.3"]
    if peers.wrk:
        borne = wrk.wrk(peers.wrk, url, headers, seconds=peers.seconds, connections=_CONNECTIONS)
    else:
        borne = asyncio.run(_measure(url, headers, peers.seconds))
    return _Measured(server=server, what=what, load=borne, used=processor_seconds(port) - before)


async def _measure(url: str, headers: list[str], seconds: float) -> Summary:
    parts = urlsplit(url)
    lines = [f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", *headers, ""]
    request = "".join(f"{line}\r\n" for line in lines).encode()
    found = await load(parts.hostname or "", parts.port or 80, request, seconds=seconds, connections=_CONNECTIONS)
    return found.summary()


def _cells(one: _Measured, ours: _Measured) -> list[str]:
    borne = one.load
    return [
        one.what,
        one.server,
        f"{borne.rate:,.0f}",
        f"{ours.load.rate / borne.rate:.2f}" if borne.rate else "",
        f"{borne.received / borne.seconds / 1e6:,.0f}",
        f"{borne.median * 1000:.1f}",
        f"{borne.slow * 1000:.1f}",
        f"{one.each:.2f}",
        f"{one.each / ours.each:.1f}" if ours.each else "",
        f"{len(borne.failures)}: {borne.failures[0]}" if borne.failures else "",
    ]

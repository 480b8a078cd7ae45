"""How many cached files and project pages a second, beside the bare HTTP library, nginx, and other caching indexes.

python bench/gateway.py [--seconds N] [--connections N] [--releases N] [--nginx PROGRAM] [--devpi ENV] [--proxpi ENV]

Everything is on loopback, client and server share this machine's cores, and each measurement ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import gzip
import random
import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from load import Load, load
from peers import bare, devpi, nginx, pratique, processor_seconds, proxpi
from table import percentile, table

_JSON = "application/vnd.pypi.simple.v1+json"
_HTML = "text/html"
_FILE_BYTES = 1 << 20
_OURS = "pratique"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server has the page and the file."""

    page: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What one server bore of one kind of request."""

    server: str
    what: str
    load: Load
    used: float
    """The server's processor seconds: on a machine that has other work they say more than the rate does."""

    @property
    def each(self) -> float:
        """Processor milliseconds for each answer."""
        return self.used * 1000 / max(1, len(self.load.latencies))


def main() -> int:
    """Measure each server that is there, and print a table; 1 if an answer of ours was none."""
    arguments = _arguments()
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.support.upstream_server import LocalIndex

    behind = LocalIndex()
    filename = _publish(behind, arguments.releases)
    found: list[_Measured] = []
    with tempfile.TemporaryDirectory(prefix="pratique-gateway-") as name, behind.serving_in_thread() as upstream:
        for server, place in _servers(arguments, Path(name), upstream, filename):
            for what, url, accept in _questions(place):
                found.append(_measured(server, what, url, accept, arguments))
                print(f"{server}, {what}: {found[-1].load.rate:,.0f} a second", file=sys.stderr)
    found.sort(key=lambda one: one.what)  # stable: what was asked for, then the servers in turn
    ours = {one.what: one for one in found if one.server == _OURS}
    header = ["", "server", "a second", "MB/s", "p50 ms", "p99 ms", "CPU ms each", "CPU / ours", "failed"]
    print(table(header, [_cells(one, ours[one.what]) for one in found]))
    return int(any(one.load.failures for one in ours.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--releases", type=int, default=300, help="files on the project's page")
    parser.add_argument("--nginx", default=shutil.which("nginx"), help="its program")
    parser.add_argument("--devpi", type=Path, help="an environment that has devpi-server")
    parser.add_argument("--proxpi", type=Path, help="an environment that has proxpi and gunicorn")
    return parser.parse_args()


def _publish(behind: LocalIndex, releases: int) -> str:  # type: ignore[name-defined]  # noqa: F821
    """A project of many small releases and one of a megabyte; its file name."""
    from tests.support.distributions import make_wheel

    noise = base64.b64encode(random.Random(1).randbytes(_FILE_BYTES * 3 // 4)).decode()  # noqa: S311
    for number in range(1, releases):
        behind.add(make_wheel("demo", f"0.{number}", {"demo.py": f"x = {number}\n"}))
    large = make_wheel("demo", "1.0", {"demo/__init__.py": "", "demo/noise.txt": noise})
    behind.add(large)
    return large.filename


def _servers(arguments: argparse.Namespace, folder: Path, upstream: str, filename: str) -> Iterator[tuple[str, Place]]:
    """Each server in turn, running and warm."""
    root = folder / "root"
    with pratique(folder, upstream) as index:
        place = _warm(index, filename)
        _copy(place, root)
        yield _OURS, place
    with bare(folder, root) as url:
        yield "bare aiohttp", Place(page=f"{url}page", file=f"{url}{filename}")
    if arguments.nginx:
        with nginx(arguments.nginx, folder, root) as url:
            yield "nginx", Place(page=f"{url}page", file=f"{url}{filename}")
    if arguments.devpi:
        with devpi(arguments.devpi, folder, upstream) as index:
            yield "devpi", _warm(index, filename)
    if arguments.proxpi:
        with proxpi(arguments.proxpi, folder, upstream) as index:
            yield "proxpi", _warm(index, filename)


def _warm(index: str, filename: str) -> Place:
    """Ask for page and file until they are kept."""
    from pypi_simple import ProjectPage

    page = f"{index}demo/"
    listed = ProjectPage.from_html("demo", _get(page, _HTML).decode(), base_url=page)
    file = next(package.url for package in listed.packages if package.filename == filename)
    for _ in range(3):
        _get(file, "*/*")
    return Place(page=page, file=urljoin(page, file))


def _questions(place: Place) -> Iterator[tuple[str, str, str]]:
    yield "file of 1 MB", place.file, "*/*"
    yield "page, HTML", place.page, _HTML
    yield "page, JSON", place.page, _JSON


def _copy(place: Place, root: Path) -> None:
    """The same bytes as files."""
    root.mkdir()
    (root / "page").write_bytes(gzip.compress(_get(place.page, _JSON), 5))  # as it is sent
    (root / place.file.rpartition("/")[2]).write_bytes(_get(place.file, "*/*"))


def _get(url: str, accept: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.closing(opener.open(request, timeout=60)) as answer:
        body = answer.read()
    assert isinstance(body, bytes)  # noqa: S101
    return body


def _measured(server: str, what: str, url: str, accept: str, arguments: argparse.Namespace) -> _Measured:
    port = urlsplit(url).port or 0
    before = processor_seconds(port)
    borne = asyncio.run(_measure(url, accept, arguments))
    return _Measured(server=server, what=what, load=borne, used=processor_seconds(port) - before)


async def _measure(url: str, accept: str, arguments: argparse.Namespace) -> Load:
    parts = urlsplit(url)
    lines = [f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Accept: {accept}", "User-Agent: pip/26.3"]
    request = "".join(f"{line}\r\n" for line in [*lines, "Accept-Encoding: gzip", ""]).encode()
    return await load(
        parts.hostname or "", parts.port or 80, request, seconds=arguments.seconds, connections=arguments.connections
    )


def _cells(one: _Measured, ours: _Measured) -> list[str]:
    milliseconds = [latency * 1000 for latency in one.load.latencies]
    return [
        one.what,
        one.server,
        f"{one.load.rate:,.0f}",
        f"{one.load.received / one.load.seconds / 1e6:,.0f}",
        f"{percentile(milliseconds, 0.5):.1f}",
        f"{percentile(milliseconds, 0.99):.1f}",
        f"{one.each:.2f}",
        f"{one.each / ours.each:.1f}" if ours.each else "",
        f"{len(one.load.failures)}: {one.load.failures[0]}" if one.load.failures else "",
    ]


if __name__ == "__main__":
    raise SystemExit(main())

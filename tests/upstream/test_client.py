"""An index over HTTP, against a real server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from pratique.errors import NotFound, PratiqueError, UpstreamError
from pratique.names import ProjectName, project_name
from pratique.ports import IndexFile, ProjectPage
from pratique.upstream import HttpUpstream, Source
from pratique.upstream.asking import Timeouts

_DEMO = project_name("demo")
_JSON = "application/vnd.pypi.simple.v1+json"
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _parse(
    body: bytes,
    content_type: str,
    *,
    project: ProjectName,
    url: str,
    etag: str = "",
    last_serial: int | None = None,
    upstream: str = "",
) -> ProjectPage:
    """Keep what the client hands over where a test can read it."""
    del upstream
    file = IndexFile(filename=body.decode(), url=url)
    return ProjectPage(project=project, files=(file,), etag=etag, last_serial=last_serial, status_reason=content_type)


@dataclass
class _Index:
    """What was asked for, and how the upstream under test reaches it."""

    server: BaseTestServer
    upstream: HttpUpstream
    asked: list[web.Request] = field(default_factory=list)

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))


@asynccontextmanager
async def _index(
    *handlers: _Handler,
    user: str = "",
    page_bytes: int = 1000,
    also: tuple[_Index, ...] = (),
    timeouts: Timeouts | None = None,
) -> AsyncIterator[_Index]:
    """A server that answers the first request with the first handler, and so on; the last one stays.

    The upstream may lead to the servers of ``also``.
    """
    asked: list[web.Request] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        return await handlers[min(len(asked), len(handlers)) - 1](request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        url = str(server.make_url("/simple")).replace("http://", f"http://{user}")
        source = Source(url=url, name="local", origins=tuple(one.url("/") for one in also))
        async with HttpUpstream(source, parse=_parse, pause=0, page_bytes=page_bytes, timeouts=timeouts) as upstream:
            yield _Index(server, upstream, asked)


def _says(status: int = 200, *, body: bytes = b"", **headers: str) -> _Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return handler


async def _cut(request: web.Request) -> web.StreamResponse:
    """Promise 100 bytes, send 3, hang up."""
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b"abc")
    assert request.transport
    request.transport.close()
    return response


async def _hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.close()
    return web.Response()


async def _bytes(index: _Index, url: str) -> bytes:
    async with index.upstream.fetch(url) as download:
        return b"".join([chunk async for chunk in download.chunks()])


@pytest.mark.parametrize("kind", [_JSON, "text/html"])
async def test_a_page_is_handed_to_the_parser(kind: str) -> None:
    """Body, type, final address, ETag and serial arrive; JSON is asked for before HTML."""
    says = _says(body=b"page", Content_Type=kind, ETag='"1"', X_PyPI_Last_Serial="77")
    async with _index(says) as index:
        page = await index.upstream.page(_DEMO)
        assert page == ProjectPage(
            project=_DEMO,
            files=(IndexFile(filename="page", url=index.url("/simple/demo/")),),
            etag='"1"',
            index=index.url("/simple/"),
            last_serial=77,
            status_reason=kind,
        )
        accept = index.asked[0].headers["Accept"]
        assert 0 <= accept.index(_JSON) < accept.index("text/html")


async def test_an_unchanged_page_is_not_sent_again() -> None:
    """A 304 to our ETag gives back the page we know."""
    known = ProjectPage(project=_DEMO, files=(), etag='"1"')
    async with _index(_says(304)) as index:
        assert await index.upstream.page(_DEMO, known=known) is known
        assert index.asked[0].headers["If-None-Match"] == '"1"'
        with pytest.raises(UpstreamError, match="304"):
            await index.upstream.page(_DEMO, known=None)


@pytest.mark.parametrize("status", [404, 410])
async def test_what_is_not_there_is_not_an_error_of_the_upstream(status: int) -> None:
    """Pages and files alike."""
    async with _index(_says(status)) as index:
        with pytest.raises(NotFound):
            await index.upstream.page(_DEMO)
        with pytest.raises(NotFound):
            await _bytes(index, index.url("/a.whl"))


@pytest.mark.parametrize(("status", "asked"), [(500, 1), (403, 1), (206, 1), (502, 2), (503, 2), (504, 2)])
async def test_a_failure_says_its_status(status: int, asked: int) -> None:
    """Only what may pass is asked for again, and only once."""
    async with _index(_says(status)) as index:
        with pytest.raises(UpstreamError, match=str(status)) as caught:
            await index.upstream.page(_DEMO)
        assert caught.value.remedy
        assert len(index.asked) == asked


async def test_what_passes_at_the_second_attempt_is_no_failure() -> None:
    """A gateway's time-out is forgiven once."""
    async with _index(_says(503), _says(body=b"page")) as index:
        assert (await index.upstream.page(_DEMO)).files[0].filename == "page"


async def test_a_connection_that_is_hung_up_is_an_error_that_says_what_to_do() -> None:
    """Nobody answers, however often it is tried."""
    async with _index(_hang_up) as index:
        with pytest.raises(UpstreamError, match="cannot be reached") as caught:
            await index.upstream.page(_DEMO)
        assert "--upstream" in caught.value.remedy


async def test_a_body_that_ends_early_is_never_taken_for_whole() -> None:
    """Neither a page nor a file."""
    async with _index(_cut) as index:
        with pytest.raises(UpstreamError, match="broke off"):
            await index.upstream.page(_DEMO)
        with pytest.raises(UpstreamError, match="broke off"):
            await _bytes(index, index.url("/a.whl"))


async def test_a_page_is_bounded_after_decompression() -> None:
    """A small answer that unpacks to a large one is refused."""

    async def bomb(_: web.Request) -> web.Response:
        response = web.Response(body=b"0" * 100_000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async with _index(bomb) as index:
        with pytest.raises(UpstreamError, match="larger than 1000 bytes"):
            await index.upstream.page(_DEMO)


async def test_a_file_arrives_as_it_is_stored() -> None:
    """A content coding is part of an archive's bytes, not ours to undo; the length is the header's."""
    async with _index(_says(body=b"\x1f\x8b not really gzip", Content_Encoding="gzip")) as index:
        async with index.upstream.fetch(index.url("/a.tar.gz")) as download:
            assert download.length == len(b"\x1f\x8b not really gzip")
            assert b"".join([c async for c in download.chunks()]) == b"\x1f\x8b not really gzip"
        assert index.asked[0].headers["Accept-Encoding"] == "identity"


async def test_redirects_are_followed_to_the_page() -> None:
    """Relative links are resolved against where the page was found."""
    async with _index(_says(301, Location="/other/demo/"), _says(body=b"page")) as index:
        page = await index.upstream.page(_DEMO)
        assert page.files[0].url == index.url("/other/demo/")


async def test_redirects_come_to_an_end() -> None:
    """A ring of them is not walked for ever."""
    async with _index(_says(302, Location="/again/")) as index:
        with pytest.raises(UpstreamError, match="redirects more than 5 times"):
            await index.upstream.page(_DEMO)
        assert len(index.asked) == 6


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://192.0.2.1/", "http://[x/", "data:,x"])
async def test_a_redirect_leads_nowhere_but_to_http(target: str) -> None:
    """Other schemes and unreadable addresses are refused, for files that a page lists too."""
    async with _index(_says(302, Location=target)) as index:
        with pytest.raises(UpstreamError, match="not an http"):
            await index.upstream.page(_DEMO)
        with pytest.raises(UpstreamError, match="not an http"):
            await _bytes(index, target)


async def test_credentials_go_to_their_origin_alone() -> None:
    """The index gets them with pages and files; another port, by redirect or by link, does not."""
    async with (
        _index(_says(body=b"x")) as other,
        _index(_says(body=b"x"), user="us%40er:hunter2@", also=(other,)) as index,
    ):
        page = await index.upstream.page(_DEMO)
        await _bytes(index, index.url("/a.whl"))
        await _bytes(index, other.url("/a.whl").replace("http://", "http://us%40er:hunter2@"))
        assert {r.headers.get("Authorization") for r in index.asked} == {"Basic dXNAZXI6aHVudGVyMg=="}
        assert "Authorization" not in other.asked[0].headers
        assert page.files[0].url == index.url("/simple/demo/")


async def test_the_address_goes_before_a_netrc_file(machine: Path) -> None:
    """Credentials in both places are no error: the address wins at its origin, the file speaks for the rest."""
    (machine / ".netrc").write_text("machine 127.0.0.1 login other password secret\n")
    (machine / ".netrc").chmod(0o600)
    async with _index(_says(body=b"x", Content_Type=_JSON), user="me:pw@") as index:
        await index.upstream.page(_DEMO)
        assert await _bytes(index, index.url("/files/x").replace("127.0.0.1", "user:hidden@127.0.0.1")) == b"x"
        assert [request.headers["Authorization"] for request in index.asked] == ["Basic bWU6cHc="] * 2


async def test_credentials_do_not_follow_a_redirect_elsewhere() -> None:
    """A page that moves to another origin is read without them."""
    async with _index(_says(body=b"x")) as other:
        moved = _says(302, Location=other.url("/simple/demo/"))
        async with _index(moved, user="user:hunter2@", also=(other,)) as index:
            await index.upstream.page(_DEMO)
        assert "Authorization" not in other.asked[0].headers


@pytest.mark.parametrize("handler", [_says(500), _says(404), _says(302, Location="/x/"), _hang_up, _cut])
async def test_no_message_shows_credentials(handler: _Handler) -> None:
    """Neither those of the index nor a signature in a file's address."""
    async with _index(handler, user="user:hunter2@") as index:
        for failing in (index.upstream.page(_DEMO), _bytes(index, index.url("/a.whl?signature=hunter2"))):
            with pytest.raises(PratiqueError) as caught:
                await failing
            assert "hunter2" not in str(caught.value)


async def test_another_instance_tells_who_it_is() -> None:
    """The header is read from any answer; a plain index has none."""
    async with _index(_says(404, X_Pratique_Instance="abc")) as index:
        assert await index.upstream.probe() == "abc"
    async with _index(_says()) as index:
        assert await index.upstream.probe() is None
        await index.server.close()
        assert await index.upstream.probe() is None


async def test_a_page_known_without_etag_is_asked_for_whole() -> None:
    """An upstream without ETags gets no condition."""
    known = replace(ProjectPage(project=_DEMO, files=()), etag="")
    async with _index(_says(body=b"page")) as index:
        assert (await index.upstream.page(_DEMO, known=known)).files
        assert "If-None-Match" not in index.asked[0].headers


async def test_a_page_that_comes_again_without_etag_is_read_once() -> None:
    """It is the very same object then; another body is read anew, and is the same where it says the same."""
    read: list[bytes] = []

    def parse(body: bytes, *_: object, project: ProjectName, **__: object) -> ProjectPage:
        read.append(body)
        return ProjectPage(project=project, files=(IndexFile(filename=body.decode().strip(), url="x"),))

    plain, spaced, other = _says(body=b"page"), _says(body=b"page "), _says(body=b"other")
    async with (
        _index(plain, plain, spaced, spaced, plain, other) as index,
        HttpUpstream(index.url("/simple"), parse=parse, pause=0) as upstream,
    ):
        first = known = await upstream.page(_DEMO)
        for _ in range(4):
            known = await upstream.page(_DEMO, known=known)
            assert known is first
        assert read == [b"page", b"page "]
        assert (await upstream.page(_DEMO, known=known)).files[0].filename == "other"
        del known, first
        await upstream.page(_DEMO)
    assert read == [b"page", b"page ", b"other", b"other"]


async def test_an_upstream_that_stays_down_is_left_alone() -> None:
    """After five failures in a row nobody waits for it any more, and it is spared further requests."""
    async with _index(_says(503)) as index:
        for _ in range(8):
            with pytest.raises(UpstreamError):
                await index.upstream.page(_DEMO)
        assert len(index.asked) == 5 * 2


async def test_an_upstream_that_refuses_is_not_taken_for_broken() -> None:
    """What it does not have, or does not give, says nothing about how it is."""
    async with _index(_says(404)) as index:
        for _ in range(8):
            with pytest.raises(NotFound):
                await index.upstream.page(_DEMO)
        assert len(index.asked) == 8


async def test_a_redirect_elsewhere_inside_is_refused_before_anybody_is_asked() -> None:
    """Neither a page nor a file leads to another server of our own network, however public the first one looks."""
    async with _index(_says(body=b"x")) as other, _index(_says(302, Location=other.url("/x"))) as index:
        for asked in (index.upstream.page(_DEMO), _bytes(index, index.url("/a.whl"))):
            with pytest.raises(UpstreamError, match="private address") as caught:
                await asked
            assert "--upstream-origin" in caught.value.remedy
        assert not other.asked


async def test_a_page_says_which_upstream_it_is_from() -> None:
    """The parser is told the name, and the credentials' remedy names no secret."""
    said: list[str] = []

    def parse(*_: object, project: ProjectName, upstream: str = "", **__: object) -> ProjectPage:
        said.append(upstream)
        return ProjectPage(project=project, files=(), upstream=upstream)

    async with _index(_says(body=b"x")) as index:
        for source in (Source(url=index.url("/simple"), name="mirror"), Source(url=index.url("/simple"))):
            async with HttpUpstream(source, parse=parse, pause=0) as upstream:
                await upstream.page(_DEMO)
    assert said == ["mirror", "127.0.0.1"]


async def test_a_silent_upstream_is_not_waited_for_without_end() -> None:
    """No byte within the time for reading: an error, for a page, a file, and a body that stops in its middle."""
    wait = asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        await wait.wait()
        return web.Response()

    async def stalls(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"abc")
        await wait.wait()
        return response

    for handler in (silent, stalls):
        async with _index(handler, timeouts=Timeouts(connect=1, read=0.05)) as index:
            for asked in (index.upstream.page(_DEMO), _bytes(index, index.url("/a.whl"))):
                with pytest.raises(UpstreamError, match="did not answer in time"):
                    await asked
            wait.set()
        wait.clear()

"""The client and the parser together against a real index whose faults are commanded."""

from __future__ import annotations

import hashlib

import pytest
from msgspec import structs

from pratique.errors import NotFound, UpstreamError
from pratique.index.parse import parse_page
from pratique.names import project_name
from pratique.upstream import HttpUpstream
from tests.support.distributions import make_sdist, make_wheel
from tests.support.upstream_server import Fault, LocalIndex

_DEMO = project_name("demo")
_WHEEL = make_wheel("demo", "1.0", {"demo.py": ""})
_PATH = f"/packages/{_WHEEL.filename}"

pytestmark = pytest.mark.usefixtures("machine")


def _upstream(url: str) -> HttpUpstream:
    return HttpUpstream(url, parse=parse_page, pause=0)


async def _read(upstream: HttpUpstream, url: str) -> bytes:
    async with upstream.fetch(url) as download:
        return b"".join([chunk async for chunk in download.chunks()])


async def test_both_forms_of_a_page_say_the_same() -> None:
    """Files, digests, yanks and metadata are read alike from JSON and HTML; only JSON has sizes and times."""
    index = LocalIndex()
    index.add(_WHEEL, yanked="old & <worn>")
    index.add(make_sdist("demo", "2.0", {"demo.py": ""}))
    async with index.serving() as url, _upstream(url) as upstream:
        as_json = await upstream.page(_DEMO)
        index.json = False
        as_html = await upstream.page(_DEMO)
    assert [file.size for file in as_json.files] == [len(_WHEEL.data), as_json.files[1].size]
    assert tuple(structs.replace(file, size=None, upload_time=None) for file in as_json.files) == as_html.files
    assert as_html.files[0].yanked == "old & <worn>"
    assert as_html.files[0].core_metadata == (("sha256", hashlib.sha256(_WHEEL.metadata).hexdigest()),)


async def test_an_unchanged_page_is_the_known_one_and_a_changed_one_is_not() -> None:
    """The entity tag is asked for; without one the page is read again and is equal."""
    index = LocalIndex()
    index.add(_WHEEL)
    async with index.serving() as url, _upstream(url) as upstream:
        known = await upstream.page(_DEMO)
        assert await upstream.page(_DEMO, known=known) is known
        index.etag = False
        again = await upstream.page(_DEMO, known=known)
        assert (again is known, again.files, again.etag) == (False, known.files, "")
        index.etag = True
        index.add(make_wheel("demo", "2.0", {"demo.py": ""}))
        assert len((await upstream.page(_DEMO, known=known)).files) == 2


async def test_a_listed_file_is_fetched_byte_for_byte() -> None:
    """The URL of a page's entry leads to the file, also by a redirect."""
    index = LocalIndex()
    moved = make_wheel("demo", "2.0", {"demo.py": "x = 2\n"})
    index.add(_WHEEL)
    index.add(moved, fault=Fault(redirect=_PATH))
    async with index.serving() as url, _upstream(url) as upstream:
        first, second = (await upstream.page(_DEMO)).files
        assert await _read(upstream, first.url) == _WHEEL.data
        assert await _read(upstream, second.url) == _WHEEL.data


@pytest.mark.parametrize(
    ("fault", "error", "asked"),
    [
        (Fault(status=404), NotFound, 1),
        (Fault(status=500), UpstreamError, 1),
        (Fault(status=503), UpstreamError, 2),
        (Fault(truncate=0), UpstreamError, 1),
        (Fault(truncate=50), UpstreamError, 1),
        (Fault(redirect=_PATH), UpstreamError, 6),
        (Fault(redirect="ftp://files.example.invalid/demo"), UpstreamError, 1),
    ],
)
async def test_a_fault_is_an_error_never_a_shorter_file(fault: Fault, error: type[Exception], asked: int) -> None:
    """Each fault has its error, and only what may pass is asked for twice."""
    index = LocalIndex()
    index.add(_WHEEL, fault=fault)
    async with index.serving() as url, _upstream(url) as upstream:
        file = (await upstream.page(_DEMO)).files[0]
        with pytest.raises(error):
            await _read(upstream, file.url)
    assert index.counts[_PATH] == asked


async def test_an_upstream_that_is_down_is_an_error_that_says_what_to_do() -> None:
    """A page is asked for twice before it is given up, and works again once the upstream is up."""
    index = LocalIndex(down=True)
    index.add(_WHEEL)
    async with index.serving() as url, _upstream(url) as upstream:
        with pytest.raises(UpstreamError) as failed:
            await upstream.page(_DEMO)
        assert failed.value.remedy
        assert index.counts["/simple/demo/"] >= 2  # aiohttp asks again by itself, too
        index.down = False
        assert len((await upstream.page(_DEMO)).files) == 1


async def test_a_project_that_is_not_there() -> None:
    """404 on a page is `NotFound`."""
    index = LocalIndex()
    async with index.serving() as url, _upstream(url) as upstream:
        with pytest.raises(NotFound):
            await upstream.page(project_name("missing"))

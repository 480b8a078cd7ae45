"""Several upstreams: a project has one home, whatever the others offer under its name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from msgspec import structs

from pratique.errors import BadSetting, NotFound, UpstreamError
from pratique.index.parse import parse_page
from pratique.names import ProjectName, project_name
from pratique.ports import ProjectPage
from pratique.upstream import HttpUpstream, Source, Upstreams, source_of
from pratique.upstream.breaker import Breaker
from tests.support.distributions import make_wheel
from tests.support.upstream_server import LocalIndex

_DEMO = project_name("demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Two:
    """A team's index before a public one."""

    ours: LocalIndex
    public: LocalIndex
    upstreams: Upstreams

    async def home(self, project: ProjectName = _DEMO, known: ProjectPage | None = None) -> tuple[str, list[str]]:
        page = await self.upstreams.page(project, known=known)
        assert {file.upstream for file in page.files} == {page.upstream}
        return page.upstream, [file.filename for file in page.files]


@asynccontextmanager
async def _two(*, ours: Sequence[str] = (), public: Sequence[str] = ()) -> AsyncIterator[_Two]:
    async with AsyncExitStack() as stack:
        first, second, opened = LocalIndex(), LocalIndex(), []
        for name, index, projects in (("ours", first, ours), ("public", second, public)):
            source = Source(url=await stack.enter_async_context(index.serving()), name=name, projects=tuple(projects))
            upstream = HttpUpstream(source, parse=parse_page, pause=0, breaker=Breaker(failures=100))
            opened.append(await stack.enter_async_context(upstream))
        yield _Two(ours=first, public=second, upstreams=Upstreams(opened))


def _wheel(version: str, project: str = "demo") -> str:
    return f"{project}-{version}-py3-none-any.whl"


async def test_the_first_that_has_a_project_gives_all_of_it() -> None:
    """A higher version at the other is not offered: that is how dependency confusion begins."""
    async with _two() as two:
        two.ours.add(make_wheel("demo", "1.0", {}))
        two.public.add(make_wheel("demo", "99.0", {}))
        assert await two.home() == ("ours", [_wheel("1.0")])
        assert two.public.counts["/simple/demo/"] == 0


async def test_what_the_first_does_not_have_is_found_at_the_next() -> None:
    """And nothing is found where nobody has it."""
    async with _two() as two:
        two.public.add(make_wheel("demo", "2.0", {}))
        assert await two.home() == ("public", [_wheel("2.0")])
        with pytest.raises(NotFound):
            await two.upstreams.page(project_name("nobody"))


async def test_nobody_stands_in_for_an_upstream_that_fails() -> None:
    """Whoever does not answer might have it."""
    async with _two() as two:
        two.public.add(make_wheel("demo", "99.0", {}))
        two.ours.down = True
        with pytest.raises(UpstreamError, match="cannot be reached"):
            await two.home()
        assert two.public.counts["/simple/demo/"] == 0


async def test_a_project_does_not_move_down_by_itself() -> None:
    """Ours is removed, the public one of that name stays out; upwards it may move."""
    async with _two() as two:
        built = make_wheel("demo", "1.0", {})
        two.ours.add(built)
        known = await two.upstreams.page(_DEMO)
        two.ours.remove(built.filename)
        two.public.add(make_wheel("demo", "99.0", {}))
        with pytest.raises(NotFound, match="was at the upstream ours") as caught:
            await two.home(known=known)
        assert "projects of the upstream public" in caught.value.remedy
        below = await two.upstreams.page(_DEMO)
        assert below.upstream == "public"
        two.ours.add(built)
        assert await two.home(known=below) == ("ours", [_wheel("1.0")])


async def test_an_upstream_keeps_its_projects_under_another_name() -> None:
    """Renaming ours opens no way in for the public project of the same name; and its files bear the new name."""
    async with _two() as two:
        built = make_wheel("demo", "1.0", {})
        two.ours.add(built)
        page = await two.upstreams.page(_DEMO)
        files = tuple(structs.replace(file, upstream="before") for file in page.files)
        known = replace(page, upstream="before", files=files)
        assert await two.home(known=known) == ("ours", [_wheel("1.0")])
        two.ours.remove(built.filename)
        two.public.add(make_wheel("demo", "99.0", {}))
        with pytest.raises(NotFound, match="was at the upstream ours"):
            await two.home(known=known)


async def test_a_claimed_name_is_asked_for_nowhere_else() -> None:
    """Neither a public index hears of our names, nor ours of others."""
    async with _two(ours=("Acme.*", "demo")) as two:
        two.public.add(make_wheel("acme-tool", "99.0", {}))
        two.public.add(make_wheel("other", "1.0", {}))
        with pytest.raises(NotFound):
            await two.upstreams.page(project_name("acme-tool"))
        assert await two.home(project_name("other")) == ("public", [_wheel("1.0", "other")])
        assert two.public.counts["/simple/acme-tool/"] == 0
        assert two.ours.counts["/simple/other/"] == 0


async def test_a_file_is_fetched_where_it_is_listed() -> None:
    """An upstream reaches its own files alone, and one that is configured no more reaches none."""
    async with _two() as two:
        built = make_wheel("demo", "1.0", {})
        two.ours.add(built)
        (file,) = (await two.upstreams.page(_DEMO)).files
        async with two.upstreams.fetch(file.url, upstream=file.upstream) as download:
            assert b"".join([chunk async for chunk in download.chunks()]) == built.data
        with pytest.raises(UpstreamError, match="private address"):
            async with two.upstreams.fetch(file.url, upstream="public"):
                pass
        with pytest.raises(UpstreamError, match="not among those"):
            two.upstreams.fetch(file.url, upstream="gone")


def test_two_of_one_name_are_told_apart_by_nobody() -> None:
    """The remedy says how to name them."""
    one = HttpUpstream("https://index.example.invalid/a/", parse=parse_page)
    two = HttpUpstream("https://index.example.invalid/b/", parse=parse_page)
    with pytest.raises(BadSetting, match="Two upstreams are called") as caught:
        Upstreams([one, two])
    assert "NAME=URL" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("https://a.example.invalid/?x=1", "", "https://a.example.invalid/?x=1"),
        ("acme=https://a.example.invalid/", "acme", "https://a.example.invalid/"),
    ],
)
def test_the_command_line_names_an_upstream(text: str, name: str, url: str) -> None:
    """An equals sign within an address is no name."""
    assert source_of(text) == Source(name=name, url=url)


@pytest.mark.parametrize("source", [Source(url="u", name="Not A Name"), Source(url="u", projects=("-",))])
def test_what_is_no_name_is_told(source: Source) -> None:
    """Of an upstream, or of a project that it claims."""
    with pytest.raises(BadSetting):
        HttpUpstream(source, parse=parse_page)

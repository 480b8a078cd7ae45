"""What a release requires is asked for before its installer asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pratique.errors import NotFound
from pratique.gateway.expecting import MOST
from pratique.gateway.gateway import Rules
from pratique.gateway.outcome import Refused, Visitor
from pratique.names import ProjectName, project_name
from pratique.policy.reading import read_policy
from pratique.ports import ProjectPage, StoredBlob
from tests.fakes.upstream import FakeUpstream
from tests.gateway.world import DEMO, World, metadata, wheel, wheel_bytes, world

PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
FILE = wheel("1.0")


@dataclass
class _Many(FakeUpstream):
    """An upstream that has a page for nearly every name."""

    asked: list[str] = field(default_factory=list)

    async def page(self, project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        self.asked.append(project)
        if project in {self.project, "not-there"}:
            return await super().page(project, known=known)
        return ProjectPage(project=project, files=())


@dataclass
class _Place:
    world: World
    upstream: _Many

    async def given(self, *requires: str) -> object:
        """The answer to who asks for the metadata of a release that requires this, and has the page."""
        self.upstream.metadata[FILE] = metadata("1.0", *requires)
        await self.world.gateway.page(DEMO)
        self.upstream.asked.clear()
        answer = await self.world.gateway.metadata(DEMO, FILE, PIP)
        await self.world.gateway.settle()
        return answer


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[_Place]:
    """A gateway before that upstream, with a private name."""
    rules = Rules(policy=read_policy('[private]\nnames = ["ours"]\n'))
    async with world(tmp_path, {}, rules) as made:
        upstream = _Many(project=DEMO, files={FILE: wheel_bytes("1.0")})
        made.upstream.page = upstream.page  # type: ignore[method-assign]
        made.upstream.fetch = upstream.fetch  # type: ignore[method-assign]
        yield _Place(made, upstream)


async def test_pages_of_what_is_required_are_there_when_they_are_asked_for(place: _Place) -> None:
    """Each once, under whatever spelling; not of what an extra brings in, nor what cannot be read."""
    requires = ["One (>=1)", "t.wo[x]>2; python_version > '3'", "ONE", "three; extra == 'x'", "-", "demo"]
    assert isinstance(await place.given(*requires), StoredBlob)
    assert sorted(place.upstream.asked) == ["one", "t-wo"]
    for name in ("one", "t-wo", "demo"):
        await place.world.gateway.page(project_name(name))
    assert sorted(place.upstream.asked) == ["one", "t-wo"]


async def test_what_is_expected_is_bounded(place: _Place) -> None:
    """Nobody has the world fetched with a long list."""
    await place.given(*(f"project-{number}" for number in range(500)))
    assert len(place.upstream.asked) == MOST


async def test_a_private_name_is_expected_nowhere(place: _Place) -> None:
    """A public release that requires it does not have the upstream hear of it; the metadata are given as ever."""
    assert isinstance(await place.given("ours", "one"), StoredBlob)
    assert place.upstream.asked == ["one"]


async def test_what_is_not_there_is_told_to_whoever_asks(place: _Place) -> None:
    """A page that was expected for nothing costs nobody an answer."""
    assert isinstance(await place.given("not-there"), StoredBlob)
    with pytest.raises(NotFound):
        await place.world.gateway.page(project_name("not-there"))


async def test_refused_metadata_expect_nothing(place: _Place) -> None:
    """Nobody will go on from them."""
    assert isinstance(await place.given("one", "x @ https://example.invalid/x"), Refused)
    assert place.upstream.asked == []


async def test_nothing_is_expected_any_more_once_the_gateway_closes(place: _Place) -> None:
    """A page that never comes holds nobody up."""
    never = asyncio.Event()

    async def page(project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
        del known
        await never.wait()
        return ProjectPage(project=project, files=())

    place.upstream.metadata[FILE] = metadata("1.0", "one")
    await place.world.gateway.page(DEMO)
    place.world.upstream.page = page  # type: ignore[method-assign]
    assert isinstance(await place.world.gateway.metadata(DEMO, FILE, PIP), StoredBlob)
    await place.world.gateway.close()

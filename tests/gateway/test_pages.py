from __future__ import annotations

from datetime import timedelta

import pytest

from pratique.errors import NotFound, UpstreamError
from pratique.gateway.kept import Kept
from pratique.gateway.pages import Pages
from pratique.names import ProjectName
from pratique.ports import ProjectPage
from pratique.releases import NoLocal
from tests.fakes.memory import FakeClock, MemoryStore
from tests.fakes.upstream import FakeUpstream
from tests.gateway.world import DEMO, wheel


def _pages(upstream: FakeUpstream, clock: FakeClock) -> Pages:
    return Pages(store=MemoryStore(), upstream=upstream, clock=clock, fresh=timedelta(seconds=30))


async def test_an_unchanged_page_is_the_same_object() -> None:
    """So that what was made from it still holds; a changed one is another."""
    upstream, clock = FakeUpstream(project=DEMO, files={wheel("1.0"): b"x"}), FakeClock()
    pages = _pages(upstream, clock)
    first = await pages.get(DEMO)
    clock.pass_by(60)
    assert await pages.get(DEMO) is first
    upstream.files[wheel("2.0")] = b"y"
    clock.pass_by(60)
    assert len((await pages.get(DEMO)).files) == 2
    assert upstream.pages == 3


async def test_an_upstream_that_failed_is_left_alone_for_a_while() -> None:
    """Each try may cost a time-out: who has an older page gets it at once, and the upstream is asked again later."""
    upstream, clock = FakeUpstream(project=DEMO, files={wheel("1.0"): b"x"}), FakeClock()
    pages = _pages(upstream, clock)
    await pages.get(DEMO)
    upstream.down = True
    clock.pass_by(60)
    for _ in range(5):
        assert len((await pages.get(DEMO)).files) == 1
    assert upstream.pages == 2
    upstream.down = False
    clock.pass_by(60)
    await pages.get(DEMO)
    assert upstream.pages == 3


async def test_without_an_older_page_the_failure_is_told_each_time() -> None:
    """A project that was never seen is asked for, whatever failed before."""
    upstream = FakeUpstream(project=DEMO, files={}, down=True)
    pages = _pages(upstream, FakeClock())
    for _ in range(2):
        try:
            await pages.get(DEMO)
        except UpstreamError:
            continue
        raise AssertionError
    assert upstream.pages == 2


def test_what_is_kept_stays_within_its_budget() -> None:
    """The least recently used gives way, a value replaces its former one, and what is too heavy is not kept."""
    kept: Kept[str, str] = Kept(10, len)
    kept.put("a", "four")
    kept.put("b", "four")
    assert kept.get("a") == "four"
    kept.put("c", "four")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("four", None, "four")
    kept.put("a", "longer")
    assert (kept.get("a"), kept.get("c")) == ("longer", "four")
    kept.put("d", "eleven char")
    assert (kept.get("a"), kept.get("d")) == (None, None)


async def test_what_was_seen_of_a_name_that_became_private_is_still_known() -> None:
    """Nothing is given under it any more, but reports on what was given before are read, and judged, as ever."""

    class Team(NoLocal):
        async def page(self, project: ProjectName) -> ProjectPage | None:
            raise NotFound(f"{project} is private.")

    store, upstream, clock = MemoryStore(), FakeUpstream(project=DEMO, files={wheel("1.0"): b"x"}), FakeClock()
    known = await Pages(store=store, upstream=upstream, clock=clock, fresh=timedelta(seconds=30)).get(DEMO)
    pages = Pages(store=store, upstream=upstream, clock=clock, fresh=timedelta(seconds=30), local=Team())
    with pytest.raises(NotFound, match="is private"):
        await pages.get(DEMO)
    with pytest.raises(NotFound, match="is private"):
        await pages.file(DEMO, wheel("1.0"))
    assert await pages.listed(DEMO) == known
    assert await pages.listed_file(DEMO, wheel("1.0")) == known.files[0]
    assert upstream.pages == 1

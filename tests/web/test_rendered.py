from __future__ import annotations

import asyncio

from pratique.names import project_name
from pratique.ports import ProjectPage
from pratique.web.rendered import Renderer

_DEMO = project_name("demo")


def _page() -> ProjectPage:
    return ProjectPage(project=_DEMO, files=())


async def test_one_rendering_for_all_who_ask() -> None:
    """Simultaneous requests share one rendering, later ones find it, and another source makes it anew."""
    renderer, written = Renderer(), list[str]()

    def write() -> bytes:
        written.append("once")
        return b"page"

    source = _page()
    pages = await asyncio.gather(*(renderer.get(source, (_DEMO, "html", "here", "listed"), write) for _ in range(5)))
    pages.append(await renderer.get(source, (_DEMO, "html", "here", "listed"), write))
    assert (len(set(map(id, pages))), len(written)) == (1, 1)
    await renderer.get(_page(), (_DEMO, "html", "here", "listed"), write)
    assert len(written) == 2


async def test_what_is_kept_stays_within_its_budget() -> None:
    """The least recently asked for gives way; a page larger than everything is given, but not kept."""
    renderer, written = Renderer(budget=1_500), list[int]()

    def write(size: int) -> bytes:
        written.append(size)
        return b"x" * size

    source = _page()
    for size in (600, 500, 600, 700, 500, 600, 5_000, 5_000):
        await renderer.get(source, (_DEMO, str(size), "here", "listed"), lambda size=size: write(size))  # type: ignore[misc]
    assert written == [600, 500, 700, 500, 600, 5_000, 5_000]

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.releases import About
from pratique.uploads.describing import rendered
from pratique.uploads.rendering import PoolRenderer

_MARKUP = st.text(st.sampled_from("<>/[](){}*_`|:.-=#&;!\"' \n\tab1"), max_size=80)


@pytest.fixture
async def renderer() -> AsyncIterator[PoolRenderer]:
    """A process that has little time."""
    made = PoolRenderer(seconds=2.0)
    yield made
    await made.close()


async def test_what_would_take_hours_is_given_up(renderer: PoolRenderer) -> None:
    """A hundred kilobytes of nested quotations keep a parser busy without end: it is killed, and the next is served."""
    assert await renderer.html(About(description="> " * 50_000, description_type="text/markdown")) is None
    assert (
        await renderer.html(About(description="*fine*", description_type="text/markdown")) == "<p><em>fine</em></p>\n"
    )


async def test_each_type_is_rendered_in_confinement(renderer: PoolRenderer) -> None:
    """What the parsers need can be read there, though nothing can be written and nobody reached."""
    for kind, text in (("text/x-rst", "A *word*."), ("text/markdown", "A *word*."), ("text/plain", "A word.")):
        assert "word" in (await renderer.html(About(description=text, description_type=kind)) or ""), kind


async def test_the_same_description_is_rendered_once(renderer: PoolRenderer) -> None:
    """A page that is asked for again costs nothing, even when the process is gone."""
    about = About(description="*fine*", description_type="text/markdown")
    first = await renderer.html(about)
    await renderer.close()
    assert await renderer.html(about) == first


@pytest.mark.parametrize(
    "text",
    ["\n".join(" " * depth + "x" for depth in range(450)), ".. |a| replace:: |a| |a|\n\n|a|\n", "\0", "\ud800"],
    ids=["deep", "circular", "nul", "surrogate"],
)
def test_what_makes_parsers_fail_is_not_rendered(text: str) -> None:
    """Nothing is raised, whatever goes wrong within; what cannot be rendered is nothing, never half of it."""
    html = rendered(About(description=text, description_type="text/x-rst"))
    assert html is None or "<" in html


@given(_MARKUP, st.sampled_from(["text/markdown", "text/x-rst", "text/plain", ""]))
def test_any_markup_is_made_harmless(text: str, kind: str) -> None:
    """No text of markup's own characters yields a tag or a scheme that could do anything."""
    html = (rendered(About(description=text, description_type=kind)) or "").lower()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html

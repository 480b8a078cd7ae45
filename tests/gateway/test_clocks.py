"""A clock that jumps: pages, marks and waits rest on differences that may be negative."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from pratique.gateway.gateway import Rules
from pratique.gateway.outcome import Pending, Refused, Visitor
from pratique.gateway.patience import Patience
from pratique.ports import Judged
from tests.gateway.world import BAD, DEMO, wheel, wheel_bytes, world

_ME = Visitor(address="192.0.2.1", user_agent="pip/1", request="r")
_YEAR = 365.25 * 86_400
_FILES = {wheel("1.0"): wheel_bytes("1.0")}


@pytest.mark.parametrize("jump", [-_YEAR, _YEAR])
async def test_a_page_from_another_time_is_asked_for_again(tmp_path: Path, jump: float) -> None:
    """A page that was fetched in the future is no fresher than one from the past."""
    async with world(tmp_path, _FILES) as made:
        await made.gateway.page(DEMO)
        made.clock.pass_by(jump)
        await made.gateway.page(DEMO)
        assert made.upstream.pages == 2


@pytest.mark.parametrize("jump", [-_YEAR, _YEAR])
async def test_an_upstream_is_not_left_alone_until_the_clock_comes_back(tmp_path: Path, jump: float) -> None:
    """It failed a year from now, or a year ago: it is asked again. Meanwhile the old page has an age, never below 0."""
    async with world(tmp_path, _FILES) as made:
        await made.gateway.page(DEMO)
        made.upstream.down = True
        made.clock.pass_by(jump)
        await made.gateway.page(DEMO)
        assert await made.gateway.stale_for(DEMO) == timedelta(seconds=max(jump, 0))
        made.upstream.down = False
        made.clock.pass_by(jump)
        await made.gateway.page(DEMO)
        assert made.upstream.pages == 3
        assert await made.gateway.stale_for(DEMO) is None


@pytest.mark.parametrize("jump", [-_YEAR, _YEAR])
async def test_a_verdict_shows_on_pages_whatever_the_clock_says(tmp_path: Path, jump: float) -> None:
    """A mark that was made in another time is made anew, and the refusal holds."""
    async with world(tmp_path, {wheel("1.0"): wheel_bytes("1.0", BAD)}) as made:
        assert isinstance(await made.gateway.file(DEMO, wheel("1.0"), _ME), Refused)
        for _ in range(2):
            (file,) = (await made.gateway.page(DEMO)).files
            assert isinstance(await made.gateway.file(DEMO, wheel("1.0"), _ME), Refused)
            made.clock.pass_by(jump)
        assert file.yanked is not True


@pytest.mark.parametrize("jump", [-_YEAR, _YEAR])
async def test_a_client_is_not_kept_waiting_for_a_year(tmp_path: Path, jump: float) -> None:
    """After a jump the wait counts as over: the client is told why, once, and gets the file when it is judged."""
    rules = Rules(patience=Patience(hold=0.01, hold_uv=0.01))
    async with world(tmp_path, _FILES, rules) as made:
        made.inspector.hold = asyncio.Event()
        assert isinstance(await made.gateway.file(DEMO, wheel("1.0"), _ME), Pending)
        made.clock.pass_by(jump)
        answer = await made.gateway.file(DEMO, wheel("1.0"), _ME)
        assert isinstance(answer, Refused)
        assert "pending" in answer.reason
        made.inspector.hold.set()
        await made.gateway.settle()
        assert isinstance(await made.gateway.file(DEMO, wheel("1.0"), _ME), Judged)

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.values import a_report
from tests.web.api.place import Place, place


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Place]:
    """A site with something of everything."""
    async with place(tmp_path) as made:
        await made.store.save_report(a_report(), engine="1")
        yield made

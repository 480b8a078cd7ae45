from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.accounts.browser import Town, town


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Town]:
    """A site with nobody in it."""
    async with town(tmp_path) as made:
        yield made

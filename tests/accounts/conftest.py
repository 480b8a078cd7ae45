from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.accounts.world import People, people


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[People]:
    """Accounts with nobody in them."""
    async with people(tmp_path) as made:
        yield made

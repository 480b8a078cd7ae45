from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.accounts.world import People, people


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> AsyncIterator[People]:
    """Accounts with nobody in them, in either kind of database."""
    async with people(tmp_path, database_url) as made:
        yield made

"""What every `Inspector` promises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pratique.jobs import PoolInspector
from pratique.ports import Inspector, Priority, Ticket
from pratique.verdict import Verdict
from tests.fakes.memory import FakeInspector
from tests.fakes.values import digest
from tests.jobs.tasks import obey


@pytest.fixture(params=["fake", "pool"])
async def inspector(request: pytest.FixtureRequest) -> AsyncIterator[Inspector]:
    """Each implementation."""
    made: Inspector
    made = FakeInspector() if request.param == "fake" else PoolInspector(engine="1", workers=1, task=obey)
    yield made
    await made.close()


async def test_report_is_of_the_artifact_asked_for(inspector: Inspector, tmp_path: Path) -> None:
    """The report speaks of these bytes under this name."""
    path = tmp_path / "blob"
    path.write_text("ok")
    ticket = Ticket(filename="demo-1.tar.gz", sha256=digest("ok"), path=path, size=2)
    report = await inspector.inspect(ticket, priority=Priority.CLIENT)
    assert (report.artifact.sha256, report.artifact.name.filename) == (digest("ok"), "demo-1.tar.gz")
    assert report.verdict is Verdict.CLEAN


async def test_closing_twice(inspector: Inspector) -> None:
    """Closing again, or before anything was inspected, does nothing."""
    await inspector.close()
    await inspector.close()

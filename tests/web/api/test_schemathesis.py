"""Whatever the description allows is tried on a server, and whatever comes back is held against the description."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pratique.accounts.principal import Scope
from pratique.web.api import ENDPOINTS
from tests.cli.test_project import a_file
from tests.fakes.memory import FakeClock
from tests.fakes.values import a_report
from tests.web.api.place import EVIL, Place

_PROGRAM = shutil.which("schemathesis", path=str(Path(sys.executable).parent))


def _parts(site: Place) -> str:
    """What there is on the site; which file goes with which digest is tried out."""
    return f"""
[parameters]
"path.project" = ["acme-tool"]
"path.version" = ["1.0", "2.0"]
"path.filename" = ["{a_file("3.0").filename}", "{a_report().artifact.name.filename}", "{EVIL}"]
"path.sha256" = ["{a_report().artifact.sha256}", "{site.held}"]
"""


@asynccontextmanager
async def _passing(clock: FakeClock) -> AsyncIterator[None]:
    """Time goes by quickly, so that throttles for whoever gives wrong tokens let go again."""

    async def run() -> None:
        while True:
            await asyncio.sleep(0.02)
            clock.pass_by(10)

    task = asyncio.create_task(run())
    yield
    task.cancel()


async def _run(site: Place, folder: Path, *chosen: str) -> str:
    """What the program says; it may say that something was not reached, but not that something was wrong."""
    assert _PROGRAM is not None
    settings = folder / "schemathesis.toml"
    await asyncio.to_thread(settings.write_text, _parts(site))
    token = await site.token("root", *Scope)
    command = [_PROGRAM, "--config-file", str(settings), "run", f"{site.url}/openapi.json"]
    bounds = ["--max-examples", "10", "--generation-deterministic", "--phases", "examples,coverage,fuzzing,stateful"]
    called = ["--header", f"Authorization: Bearer {token}", "--no-color", "--workers", "1", *chosen]
    async with _passing(site.town.here.clock):
        process = await asyncio.create_subprocess_exec(
            *command, *bounds, *called, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=folder
        )
        said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    return said


async def test_the_api_is_as_it_is_described(site: Place, tmp_path: Path) -> None:
    """No answer that is not in the description, no 500, nothing taken that it forbids, nobody let in without."""
    said = await _run(site, tmp_path, "--exclude-operation-id", "revoke_token")
    assert re.search(rf"Selected: {len(ENDPOINTS) - 1}/{len(ENDPOINTS)}\n", said), said
    assert "Authentication failed" not in said, said
    generated, passed = re.search(r"(\d+) generated, (\d+) passed", said).groups()  # type: ignore[union-attr]
    assert generated == passed
    assert int(passed) > 400


async def test_so_is_the_end_of_a_token(site: Place, tmp_path: Path) -> None:
    """Apart from the rest: the program finds its own token in the list, and ends it."""
    said = await _run(site, tmp_path, "--include-operation-id", "revoke_token")
    assert re.search(r"(\d+) generated, \1 passed", said), said

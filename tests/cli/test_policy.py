"""Policies on the command line: which one is in force, and why a release is served or not."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pratique.cli import main
from pratique.releases import OwnProject, State
from pratique.review.in_force import digest_of, keep_policy
from pratique.storage.database import open_store
from pratique.storage.releases import open_releases
from pratique.wiring import book_in
from tests.cli.test_project import TOOL, a_file
from tests.fakes.memory import FakeClock
from tests.fakes.values import NOON

_NOWHERE = "http://127.0.0.1:9/simple/"
_POLICY = """[actions]
yanked = "block"
[private]
names = ["acme-core"]
[[deny]]
project = "old"
reason = "was needed for a week"
expires = 2020-01-31
[indexes.strict]
unlisted = "quarantine"
"""


def _in_force(data: Path, text: str) -> None:
    async def keep() -> None:
        async with book_in(data, make=True) as book:
            await keep_policy(book, FakeClock(), text, "/srv/policy.toml")

    asyncio.run(keep())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A server's data folder, with an upload that was refused."""
    refused = replace(a_file("3.0", State.REFUSED), reason="malicious: sends keys (tool.py:7)", judged_by="rita")

    async def fill() -> None:
        url = f"sqlite:///{tmp_path / 'pratique.db'}"
        store, releases = await open_store(url), await open_releases(url)
        project = OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ann", ours=True)
        for file in (a_file("1.0"), refused):
            await releases.add(file, project)
        await releases.close()
        await store.close()

    asyncio.run(fill())
    return tmp_path


def test_show_says_that_nothing_is_in_force_but_the_default(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what that does."""
    _in_force(data, "")
    assert main(["policy", "show", "--data", str(data)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("In force: the built-in default.\n")
    assert "malicious          block (default)\n" in said


def test_show_says_which_is_in_force_its_words_and_all_that_it_does(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Since when and from where; every action of every index; names that are kept; and what holds no more."""
    _in_force(data, _POLICY)
    assert main(["policy", "show", "--data", str(data)]) == 0
    said = capsys.readouterr().out
    assert f"In force: SHA-256 {digest_of(_POLICY)}." in said
    assert "from /srv/policy.toml (entry 1 of the audit log)." in said
    assert "Never asked for at the upstream: acme-core." in said
    assert "deny[1] does not hold any more: it expired on 2020-01-31." in said
    main_index, strict = said.partition("Actions on /simple/:")[2].split("Actions on /strict/simple/:")
    assert "yanked             block\n" in main_index
    assert "unlisted           allow (default)\n" in main_index
    assert "unlisted           quarantine\n" in strict
    assert said.endswith(_POLICY)


def test_explaining_an_upload_that_was_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No page lists it: who uploaded it, who refused it and why is what there is to explain."""
    _in_force(data, "")
    arguments = ["policy", "explain", "acme-tool==3.0", "--data", str(data), "--upstream", _NOWHERE]
    assert main(arguments) == 1
    said = capsys.readouterr().out
    assert "acme_tool-3.0-py3-none-any.whl was uploaded here by ann on 2026-01-01" in said
    assert ": refused by rita.\n  malicious: sends keys (tool.py:7)\n" in said
    assert main([*arguments, "--format", "json"]) == 1
    (file,) = json.loads(capsys.readouterr().out)
    upload = file["upload"]
    assert (upload["state"], upload["uploader"], upload["judged_by"]) == ("refused", "ann", "rita")

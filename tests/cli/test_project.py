from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pratique.cli import main
from pratique.names import Sha256, project_name
from pratique.ports import Event, EventKind
from pratique.releases import OwnFile, OwnProject, State
from pratique.review.people import system_user
from pratique.storage.database import open_store
from pratique.storage.releases import open_releases
from pratique.verdict import Verdict
from tests.aftercare.receipts import report_of
from tests.fakes.values import NOON, digest

TOOL = project_name("acme-tool")


def a_file(version: str, state: State = State.PUBLISHED) -> OwnFile:
    """A wheel that was uploaded."""
    name = f"acme_tool-{version}-py3-none-any.whl"
    return OwnFile(
        filename=name,
        project=TOOL,
        version=version,
        filetype="bdist_wheel",
        sha256=Sha256(digest(name)),
        blake2b="0" * 64,
        size=7,
        uploaded=NOON,
        uploader="ann",
        state=state,
        reason="quarantined: odd in tool.py:7: hides \x1b[2Jwhat it does" if state is State.HELD else "",
    )


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A server's data folder: a project with two releases, one held upload, and a download."""

    async def fill() -> None:
        url = f"sqlite:///{tmp_path / 'pratique.db'}"
        store, releases = await open_store(url), await open_releases(url)
        project = OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ann")
        for file in (a_file("1.0"), a_file("2.0"), a_file("3.0", State.HELD)):
            await releases.add(file, project)
        event = Event(
            kind=EventKind.DOWNLOAD,
            at=NOON,
            project=TOOL,
            filename=a_file("2.0").filename,
            client="192.0.2.7",
            user_agent="pip/26.3",
        )
        await store.record([event])
        await releases.close()
        await store.close()

    asyncio.run(fill())
    return str(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that succeeds prints."""
    assert main(arguments) == 0
    return capsys.readouterr().out


def shown(capsys: pytest.CaptureFixture[str], data: str) -> dict[str, dict[str, object]]:
    """The files of the project, by version."""
    found = json.loads(said(capsys, "project", "show", "Acme.Tool", "--data", data, "--format", "json"))
    return {file["version"]: file for file in found["files"]}


def test_who_did_it_is_not_believed_of_the_environment(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in the environment is anybody's; what is on record is the user that the process belongs to."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "eve")
    assert main(["takedown", "acme-tool==2.0", "--reason", "leaks keys", "--data", data]) == 0
    with closing(sqlite3.connect(Path(data) / "pratique.db")) as database:
        said = {reason for (reason,) in database.execute("SELECT reason FROM events")}
    assert f"taken down by {system_user()}: leaks keys" in said


def test_takedown_of_a_release_says_who_has_it(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One command stops a release, tells who received it and how to undo it; restoring does undo it."""
    out = said(capsys, "takedown", "acme-tool==2.0", "--reason", "leaks keys", "--data", data)
    assert "1 file refused from now on" in out
    assert "acme-tool==2.0 was received once by 1 client, on 2026-01-01 12:00 UTC." in out
    assert "not inspected, refused now" in out
    assert "acme-tool 2.0 was taken down: leaks keys" in out
    assert "received once by 192.0.2.7  pip/26.3, 2026-01-01 12:00 UTC" in out
    assert "pratique project restore acme-tool==2.0" in out
    assert shown(capsys, data)["2.0"]["taken_down"] == "leaks keys"
    assert shown(capsys, data)["1.0"]["taken_down"] is None
    said(capsys, "project", "restore", "acme-tool==2.0", "--data", data)
    assert shown(capsys, data)["2.0"]["taken_down"] is None


@pytest.mark.parametrize("target", ["acme-tool==2.0", "acme-tool", digest(a_file("2.0").filename)])
def test_takedown_of_a_clean_release_asks_for_no_machine_to_be_set_up_anew(
    target: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug is reason enough for one: what nothing was found in takes nothing from whoever has it."""
    file = a_file("2.0")

    async def receive() -> None:
        store = await open_store(f"sqlite:///{Path(data) / 'pratique.db'}")
        await store.save_report(report_of(verdict=Verdict.CLEAN, filename=file.filename), engine="one")
        event = Event(
            kind=EventKind.DOWNLOAD, at=NOON, project=TOOL, filename=file.filename, sha256=file.sha256, client="::1"
        )
        await store.record([event])
        await store.close()

    asyncio.run(receive())
    out = said(capsys, "takedown", target, "--reason", "deletes folders", "--data", data)
    assert "clean, refused now" in out
    assert "was taken down: deletes folders" in out
    assert "There is nothing to rotate by what was found." in out
    assert "Set the machine up anew" not in out


def test_takedown_of_a_project_shows_in_the_list(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole project goes with one command, too."""
    said(capsys, "takedown", "acme-tool", "--reason", "stolen account", "--data", data)
    assert "acme-tool  taken down: stolen account" in said(capsys, "project", "list", "--data", data)
    said(capsys, "project", "restore", "acme-tool", "--data", data)
    assert "acme-tool  active" in said(capsys, "project", "list", "--data", data)


def test_yank_and_unyank(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A release is yanked with its reason, and back."""
    assert "1.0 is yanked" in said(capsys, "project", "yank", "acme-tool==1.0", "--reason", "old", "--data", data)
    assert shown(capsys, data)["1.0"]["yanked"] == "old"
    said(capsys, "project", "unyank", "acme-tool==1.0", "--data", data)
    assert shown(capsys, data)["1.0"]["yanked"] is None


def test_held_uploads_are_listed_and_decided(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What waits for a person is listed with its reason, harmless to the terminal; the decision is kept by whom."""
    out = said(capsys, "project", "uploads", "--state", "held", "--data", data)
    assert ("odd in tool.py:7" in out, "\x1b" in out, out.count("\n")) == (True, False, 1)
    name = a_file("3.0").filename
    said(capsys, "project", "approve", name, "--reason", "read it", "--data", data)
    file = shown(capsys, data)["3.0"]
    assert (file["state"], bool(file["judged_by"])) == ("published", True)
    assert main(["project", "reject", name, "--reason", "no", "--data", data]) == 2
    assert "is published, not held" in capsys.readouterr().err


def test_rejecting_keeps_the_reason(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The uploader reads it later."""
    said(capsys, "project", "reject", a_file("3.0").filename, "--reason", "phones home", "--data", data)
    file = shown(capsys, data)["3.0"]
    assert (file["state"], file["reason"]) == ("refused", "phones home")


def test_status_prohibitions_and_prefixes(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is set and undone, and says what follows."""
    said(capsys, "project", "status", "acme-tool", "archived", "--reason", "done", "--data", data)
    assert "archived: done" in said(capsys, "project", "show", "acme-tool", "--data", data)
    assert "Nobody may upload" in said(capsys, "project", "prohibit", "Secret.Name", "--data", data)
    assert "may be uploaded" in said(capsys, "project", "allow", "secret-name", "--data", data)
    assert "was not prohibited" in said(capsys, "project", "allow", "secret-name", "--data", data)
    assert "begin with acme-" in said(capsys, "project", "private", "Acme_*", "--data", data)
    assert "no longer private" in said(capsys, "project", "public", "acme-", "--data", data)
    assert "was not private" in said(capsys, "project", "public", "acme-", "--data", data)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["project", "yank", "acme-tool", "--reason", "x"], "names no release"),
        (["project", "yank", "acme-tool==9.9"], "no release 9.9"),
        (["project", "show", "other"], "no project other"),
        (["takedown", "../x", "--reason", "x"], "not a project name"),
        (["takedown", "acme-tool==one", "--reason", "x"], "no version"),
        (["takedown", "acme-tool"], "reason"),
        (["project", "status", "acme-tool", "gone"], "gone"),
    ],
)
def test_what_cannot_be_done_is_said(
    data: str, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """Bad usage is one line on stderr and status 2, and changes nothing."""
    before = shown(capsys, data)
    assert main([*arguments, "--data", data]) == 2
    assert message in capsys.readouterr().err
    assert shown(capsys, data) == before


def test_without_a_server_there_is_nothing_to_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong folder is told, and not made."""
    assert main(["project", "list", "--data", str(tmp_path / "nowhere")]) == 2
    assert "There is no database" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_empty_lists_say_so_and_what_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever looks before the first upload is not left with nothing."""

    async def fill() -> None:
        store = await open_store(f"sqlite:///{tmp_path / 'pratique.db'}")
        await store.close()

    asyncio.run(fill())
    here = ("--data", str(tmp_path))
    assert "docs/publishing.md" in said(capsys, "project", "list", *here)
    assert "docs/publishing.md" in said(capsys, "project", "uploads", *here)
    assert "Nothing waits for a reviewer" in said(capsys, "project", "uploads", "--state", "held", *here)
    assert "no refused upload" in said(capsys, "project", "uploads", "--state", "refused", *here)
    assert "pratique project prohibit" in said(capsys, "project", "names", *here)
    assert json.loads(said(capsys, "project", "list", "--format", "json", *here)) == []


def test_names_that_are_not_free_are_listed(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Prohibited names and private prefixes, with since when, by whom and why."""
    said(capsys, "project", "prohibit", "Acme.Secrets", "--reason", "reserved", "--data", data)
    said(capsys, "project", "private", "acme-", "--reason", "ours", "--data", data)
    text = said(capsys, "project", "names", "--data", data)
    assert "prohibited  acme-secrets" in text
    assert f"by {system_user()}  reserved" in text
    assert "private     acme-" in text
    listed = json.loads(said(capsys, "project", "names", "--data", data, "--format", "json"))
    assert [(one["kind"], one["name"], one["reason"]) for one in listed] == [
        ("prohibited", "acme-secrets", "reserved"),
        ("private", "acme-", "ours"),
    ]
    said(capsys, "project", "allow", "acme-secrets", "--data", data)
    assert "prohibited" not in said(capsys, "project", "names", "--data", data)


def test_takedown_by_digest_takes_the_release_with_it(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever was given a SHA-256 needs no name: the release that has this file goes, and who has it is told."""
    sha256 = a_file("2.0").sha256
    out = said(capsys, "takedown", f"sha256:{sha256.upper()}", "--reason", "leaks keys", "--data", data)
    assert "acme-tool==2.0 is taken down: 1 file refused from now on." in out
    assert shown(capsys, data)["2.0"]["taken_down"] == "leaks keys"
    assert shown(capsys, data)["1.0"]["taken_down"] is None


def test_takedown_by_digest_reaches_what_came_from_elsewhere(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The bytes of another's file are refused under every name, on record, and who received them is told."""
    name = "other-1.0-py3-none-any.whl"
    event = Event(
        kind=EventKind.DOWNLOAD,
        at=NOON,
        project="other",
        filename=name,
        sha256=digest(name),
        client="192.0.2.8",
        user_agent="uv/0.13",
    )

    async def fill() -> None:
        store = await open_store(f"sqlite:///{Path(data) / 'pratique.db'}")
        await store.record([event])
        await store.close()

    asyncio.run(fill())
    out = said(capsys, "takedown", digest(name), "--reason", "phones home", "--data", data)
    assert f"{name} is taken down: these bytes are refused under every name" in out
    assert "received once by 192.0.2.8" in out
    assert "refused now" in out
    assert "reject by" in said(capsys, "audit-log", "show", "--data", data)
    assert main(["takedown", "0" * 64, "--reason", "x", "--data", data]) == 2
    assert "Nobody has asked here" in capsys.readouterr().err

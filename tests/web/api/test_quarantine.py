from __future__ import annotations

from dataclasses import replace

import pytest

from pratique.accounts.principal import Role, Scope
from pratique.names import sha256_digest
from pratique.ports import Judged
from pratique.releases import OwnProject
from tests.cli.test_project import a_file
from tests.fakes.values import NOON
from tests.gateway.world import DEMO
from tests.web.api.place import EVIL, PIP, Place


def _path(site: Place) -> str:
    return f"/quarantine/{site.held}/{EVIL}"


async def _served(site: Place) -> bool:
    return isinstance(await site.desk.gateway.file(DEMO, EVIL, PIP), Judged)


async def _seen(site: Place) -> str:
    return str((await site.ask("GET", _path(site), await site.token("rev", Scope.READ))).of("seen"))


async def test_what_is_held_is_listed_with_its_reasons(site: Place) -> None:
    """A tool sees what the console shows: name, digest, verdict, and what speaks against it."""
    token = await site.token("eve", Scope.READ)
    listed = await site.ask("GET", "/quarantine", token)
    assert (listed.status, len(listed.document)) == (200, 1)  # type: ignore[arg-type]
    shown = await site.ask("GET", _path(site), token)
    assert shown.document == listed.of(0)
    assert (shown.of("filename"), shown.of("sha256"), shown.of("held")) == (EVIL, site.held, True)
    assert (shown.of("verdict"), shown.of("malicious"), shown.of("decided")) == ("malicious", True, None)
    assert "dropper" in str(shown.of("against", 0))
    for missing in (f"/quarantine/{'0' * 64}/{EVIL}", f"/quarantine/{site.held}/other-1.0.tar.gz"):
        assert (await site.ask("GET", missing, token)).status == 404


async def test_a_release_is_of_what_was_seen_and_on_record(site: Place) -> None:
    """The next request is served, and the audit log names the token's owner."""
    token = await site.token("rev", Scope.REVIEW)
    sent = {"answer": "release", "reason": "read it", "seen": await _seen(site), "malicious": True, "until": "30d"}
    answer = await site.ask("POST", f"{_path(site)}/review", token, sent)
    assert (answer.status, answer.of("held")) == (200, False)
    assert (answer.of("decided", "answer"), answer.of("decided", "actor")) == ("release", "rev")
    assert await _served(site)
    assert [(entry.actor, entry.act) for entry in await site.desk.book.entries()] == [("rev", "release")]
    assert (await site.ask("GET", "/quarantine", await site.token("rev", Scope.READ))).document == []


async def test_a_rejection_is_kept(site: Place) -> None:
    """Whoever asks next reads the reviewer's words."""
    sent = {"answer": "reject", "reason": "phones home", "seen": await _seen(site)}
    answer = await site.ask("POST", f"{_path(site)}/review", await site.token("rev", Scope.REVIEW), sent)
    assert (answer.status, answer.of("decided", "answer")) == (200, "reject")
    assert any("rejected by rev: phones home" in str(why) for why in answer.of("against"))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"seen": "0" * 64}, "Something else is said of this file"),
        ({"malicious": False}, "called malicious"),
        ({"until": "soon"}, "soon is no time"),
        ({"until": "2001-01-01"}, "That moment has passed"),
    ],
)
async def test_what_cannot_be_decided_changes_nothing(site: Place, changed: dict[str, object], told: str) -> None:
    """What is new has to be read first, what is called malicious said once more, and a time lies ahead."""
    sent = {"answer": "release", "reason": "x", "seen": await _seen(site), "malicious": True, **changed}
    answer = await site.ask("POST", f"{_path(site)}/review", await site.token("rev", Scope.REVIEW), sent)
    assert (answer.status, told in str(answer.of("detail"))) == (409, True)
    assert not await _served(site)
    assert await site.desk.book.entries() == []


async def test_only_reviewers_decide_and_not_about_their_own(site: Place) -> None:
    """Neither a token without the scope, nor a reviewer who uploaded these very bytes."""
    sent = {"answer": "release", "reason": "trust me", "seen": await _seen(site), "malicious": True}
    review = f"{_path(site)}/review"
    assert (await site.ask("POST", review, await site.token("rev", Scope.READ), sent)).status == 403
    await site.town.here.accounts.people.change_role("ada", Role.REVIEWER)
    file = replace(a_file("2.0"), filename=EVIL, project=DEMO, uploader="ada", sha256=sha256_digest(site.held))
    await site.releases.add(file, OwnProject(name=DEMO, display="demo", created=NOON, created_by="ada"))
    answer = await site.ask("POST", review, await site.token("ada", Scope.REVIEW), sent)
    assert (answer.status, "their own files" in str(answer.of("detail"))) == (403, True)
    assert not await _served(site)

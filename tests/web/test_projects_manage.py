from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pratique.accounts.model import Member
from pratique.accounts.principal import ProjectRole, Role
from pratique.releases import OwnFile, OwnProject, State, Status
from pratique.storage.releases import SqlReleases, open_releases
from pratique.web.keys import SITE
from tests.aftercare.receipts import exposed
from tests.cli.test_project import TOOL, a_file
from tests.fakes.values import NOON
from tests.web.accounts.browser import Town, town

_MANAGE = "/projects/acme-tool/manage"


@dataclass
class Place:
    """A site with a project of ada's: one release, and one upload that is held."""

    town: Town
    releases: SqlReleases

    async def file(self, version: str) -> OwnFile:
        """A release's file as it stands."""
        found = await self.releases.file(a_file(version).filename)
        assert found is not None
        return found


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """That site."""
    releases = await open_releases(f"sqlite:///{tmp_path / 'own.db'}")
    project = OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ada")
    for file in (a_file("1.0"), a_file("3.0", State.HELD)):
        await releases.add(replace(file, uploader="ada"), project)
    (tmp_path / "town").mkdir()
    async with town(tmp_path / "town") as made:
        made.app._state[SITE] = replace(made.app[SITE], releases=releases, exposed=exposed)
        yield Place(town=made, releases=releases)
    await releases.close()


async def _own(place: Place, name: str) -> None:
    await place.town.here.store.claim(
        Member(project=TOOL, user=(await place.town.here.accounts.parts.known(name)).name, role=ProjectRole.OWNER)
    )


async def test_an_owner_yanks_and_unyanks_but_takes_nothing_down(place: Place) -> None:
    """What concerns the project alone is for those who work on it; what protects others is for reviewers."""
    ada = await place.town.entered("ada", Role.PUBLISHER)
    await _own(place, "ada")
    assert (await ada.post(_MANAGE, deed="yank", version="1.0", reason="old")).status == 303
    assert (await place.file("1.0")).yanked == "old"
    assert (await ada.post(_MANAGE, deed="unyank", version="1.0")).status == 303
    assert (await place.file("1.0")).yanked is None
    assert (await ada.post(_MANAGE, deed="status", status="archived", reason="done")).status == 303
    for deed in ("take-down", "restore", "approve", "reject"):
        answer = await ada.post(_MANAGE, deed=deed, version="1.0", filename=a_file("3.0").filename, reason="x")
        assert answer.status == 403, deed
    assert (await ada.post(_MANAGE, deed="status", status="quarantined", reason="x")).status == 403
    assert (await place.file("1.0")).taken_down is None


async def test_only_what_was_published_is_offered_to_be_yanked(place: Place) -> None:
    """Of what is held or refused there is nothing to yank; once it is let pass, there is."""
    ada = await place.town.entered("ada", Role.PUBLISHER)
    await _own(place, "ada")
    offered = 'value="yank"><input type="hidden" name="version" value="{}"'.format
    for state, yes in ((State.HELD, False), (State.REFUSED, False), (State.PUBLISHED, True)):
        await place.releases.judge(replace(a_file("3.0"), state=state), expected=frozenset(State))
        page = (await ada.get(_MANAGE)).text
        assert (offered("1.0") in page, offered("3.0") in page) == (True, yes), state


async def test_an_owner_does_not_lift_a_quarantine(place: Place) -> None:
    """What a reviewer declared, a reviewer lifts: nothing of the project is offered until then."""
    ada = await place.town.entered("ada", Role.PUBLISHER)
    await _own(place, "ada")
    project = await place.releases.project(TOOL)
    assert project is not None
    await place.releases.save_project(replace(project, status=Status.QUARANTINED, status_reason="steals keys"))
    for status in ("active", "archived", "deprecated"):
        answer = await ada.post(_MANAGE, deed="status", status=status, reason="all is well")
        assert (answer.status, "for a reviewer to lift" in answer.text) == (403, True), status
    assert await place.releases.project(TOOL) == replace(
        project, status=Status.QUARANTINED, status_reason="steals keys"
    )
    rita = await place.town.entered("rita", Role.REVIEWER)
    await place.town.here.store.save_member(
        Member(project=TOOL, user=(await place.town.here.accounts.parts.known("rita")).name, role=ProjectRole.OWNER)
    )
    assert (await rita.post(_MANAGE, deed="status", status="active", reason="looked at it")).status == 303


async def test_a_user_cannot_edit_anothers_project(place: Place) -> None:
    """Neither another publisher, nor a reader, nor nobody at all."""
    await place.town.entered("ada", Role.PUBLISHER)
    await _own(place, "ada")
    bob, eve = await place.town.entered("bob", Role.PUBLISHER), await place.town.entered("eve", Role.READER)
    for browser in (bob, eve):
        assert (await browser.post(_MANAGE, page="/account/", deed="yank", version="1.0", reason="x")).status == 403
        assert "Yank it" not in (await browser.get(_MANAGE)).text
    nobody = await place.town.browser().get(_MANAGE)
    assert (nobody.status, nobody.place.startswith("/account/log-in")) == (303, True)
    assert (await place.file("1.0")).yanked is None


async def test_a_reviewer_takes_down_restores_and_decides(place: Place) -> None:
    """By one click and a reason, each of which is asked for."""
    rita = await place.town.entered("rita", Role.REVIEWER)
    assert (await rita.post(_MANAGE, deed="take-down", version="1.0", reason=" ")).status == 400
    taken = await rita.post(_MANAGE, deed="take-down", version="1.0", reason="leaks keys")
    assert (taken.status, taken.place) == (303, "/projects/acme-tool/exposure?version=1.0")
    assert (await place.file("1.0")).taken_down == "leaks keys"
    assert (await rita.post(_MANAGE, deed="restore", version="1.0")).status == 303
    assert (await place.file("1.0")).taken_down is None
    assert (await rita.post(_MANAGE, deed="take-down", reason="stolen")).status == 303
    project = await place.releases.project(TOOL)
    assert project is not None
    assert project.taken_down == "stolen"
    name = a_file("3.0").filename
    assert (await rita.post(_MANAGE, deed="approve", filename="other-1.0.tar.gz", reason="x")).status == 404
    assert (await rita.post(_MANAGE, deed="approve", filename=name, reason="read it")).status == 303
    assert ((await place.file("3.0")).state, (await place.file("3.0")).judged_by) == (State.PUBLISHED, "rita")
    assert (await rita.post(_MANAGE, deed="reject", filename=name, reason="x")).status == 409


async def test_nobody_lets_their_own_upload_pass(place: Place) -> None:
    """A reviewer who uploaded the file has to ask another one, and is not offered what would be refused."""
    ada, rita = [await place.town.entered(name, Role.ADMINISTRATOR) for name in ("ada", "rita")]
    assert ["Publish it" in (await one.get(_MANAGE)).text for one in (ada, rita)] == [False, True]
    answer = await ada.post(_MANAGE, deed="approve", filename=a_file("3.0").filename, reason="trust me")
    assert (answer.status, "their own files" in answer.text) == (403, True)
    assert (await place.file("3.0")).state is State.HELD


@pytest.mark.parametrize(
    ("headers", "csrf"),
    [
        ({}, "0" * 64),
        ({}, ""),
        ({"Origin": "https://evil.example.invalid"}, None),
        ({"Sec-Fetch-Site": "cross-site"}, None),
    ],
)
async def test_forms_of_other_sites_do_nothing(place: Place, headers: dict[str, str], csrf: str | None) -> None:
    """A form without the secret, or from elsewhere, changes nothing (CSRF)."""
    rita = await place.town.entered("rita", Role.REVIEWER)
    secret = csrf if csrf is not None else (await rita.get(_MANAGE)).csrf
    rita.headers = headers
    assert (await rita.post(_MANAGE, csrf=secret, deed="take-down", version="1.0", reason="x")).status == 403
    assert (await place.file("1.0")).taken_down is None


async def test_odd_forms_are_refused(place: Place) -> None:
    """Unknown deeds, releases, states and projects change nothing, and are told."""
    rita = await place.town.entered("rita", Role.ADMINISTRATOR)
    assert (await rita.post(_MANAGE, deed="explode")).status == 403
    assert (await rita.post(_MANAGE, deed="yank", version="9.9", reason="x")).status == 404
    assert (await rita.post(_MANAGE, deed="yank", version="<script>", reason="x")).status == 400
    assert (await rita.post(_MANAGE, deed="status", status="gone")).status == 400
    assert (await rita.get("/projects/other/manage")).status == 404
    page = await rita.get(_MANAGE)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


async def test_after_a_takedown_stands_who_has_it_and_what_to_rotate(place: Place) -> None:
    """By the same click: machines, clients, what was taken, what to do. Owners do not see who installs what."""
    rita = await place.town.entered("rita", Role.REVIEWER)
    page = await rita.get("/projects/acme-tool/exposure?version=1.0")
    assert page.status == 200
    for told in ("Who has acme-tool==1.0", "192.0.2.7", "2 times", "SSH keys", "Make new SSH keys", "refused now"):
        assert told in page.text, told
    assert "<script>" not in page.text
    ada = await place.town.entered("ada", Role.PUBLISHER)
    await _own(place, "ada")
    assert (await ada.get("/projects/acme-tool/exposure")).status == 403
    assert (await place.town.browser().get("/projects/acme-tool/exposure")).status == 303

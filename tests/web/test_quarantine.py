from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pratique.accounts.principal import Role
from pratique.gateway.outcome import Refused, Visitor
from pratique.gateway.policies import Source
from pratique.names import project_name, sha256_digest
from pratique.policy.reading import read_policy
from pratique.ports import Judged
from pratique.releases import OwnProject, Reserved, State
from pratique.storage.releases import SqlReleases, open_releases
from pratique.web.keys import SITE
from tests.cli.test_project import TOOL, a_file
from tests.fakes.values import NOON
from tests.gateway.desk import Beside, beside
from tests.gateway.world import BAD, DEMO, wheel, wheel_bytes
from tests.web.accounts.browser import Browser, Page, Town, town

PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
OLD, EVIL = wheel("1.0"), wheel("2.0")
_FILES = {OLD: wheel_bytes("1.0"), EVIL: wheel_bytes("2.0", b"# " + BAD)}


@dataclass
class Console:
    """A site before a gateway, with people who review."""

    town: Town
    desk: Beside
    releases: SqlReleases

    async def refused(self, filename: str = EVIL) -> str:
        """Ask for a file that is refused; the path of its page."""
        answer = await self.desk.gateway.file(DEMO, filename, PIP)
        assert isinstance(answer, Refused)
        (held,) = (one for one in await self.desk.reviewing(None).held() if one.assessed.case.filename == filename)
        return f"/quarantine/{held.assessed.case.sha256}/{filename}"

    async def served(self, filename: str = EVIL) -> bool:
        """Whether the next request is."""
        return isinstance(await self.desk.gateway.file(DEMO, filename, PIP), Judged)

    async def decide(self, browser: Browser, place: str, **fields: str) -> Page:
        """Send the form of a file's page, as it was loaded."""
        page = await browser.get(place)
        seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
        assert seen, page.text
        return await browser.post(place, csrf=page.csrf, **{"seen": seen[1], **fields})


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Console]:
    """Two releases, the later of which is bad."""
    (tmp_path / "town").mkdir()
    (tmp_path / "gateway").mkdir()
    releases = await open_releases(f"sqlite:///{tmp_path / 'own.db'}")
    async with beside(tmp_path / "gateway", _FILES) as desk, town(tmp_path / "town") as made:
        site = made.app[SITE]
        made.app._state[SITE] = replace(
            site, gateway=desk.gateway, store=desk.made.store, desk=desk.console(), releases=releases
        )
        yield Console(town=made, desk=desk, releases=releases)
    await releases.close()


async def test_empty_lists_say_so_and_what_to_do_next(console: Console) -> None:
    """Whoever opens the console on the first day is not left before an empty page."""
    rita = await console.town.entered("rita", Role.REVIEWER)
    queue = (await rita.get("/quarantine/")).text
    assert "Nothing is held. As soon as a client is refused a file, it is listed here with the reason." in queue
    assert "No upload waits." in queue
    log = (await rita.get("/audit/")).text
    assert "Nothing is on record yet." in log
    assert 'href="/quarantine/"' in log
    policy = (await rita.get("/policy/")).text
    assert "In force: the built-in default." in policy
    assert "start the server with --policy FILE" in policy


async def test_everybody_sees_what_is_held_and_reviewers_alone_decide(console: Console) -> None:
    """A developer finds out that the file waits for somebody; the buttons are for those who may press them."""
    place = await console.refused()
    nobody = console.town.browser()
    queue = (await nobody.get("/quarantine/")).text
    assert "dropper in setup.py:3" in queue
    assert f'href="{place}"' in queue
    asked = await nobody.get(place)
    assert (asked.status, asked.place) == (303, f"/account/log-in?next={place}")
    ada = await console.town.entered("ada", Role.PUBLISHER)
    assert (await ada.get(place)).status == 403
    assert (await ada.post(place, page="/account/", deed="release", reason="x", seen="")).status == 403
    for page in ("/audit/", "/policy/"):
        assert (await nobody.get(page)).status == 303
        assert (await ada.get(page)).status == 403
    assert not await console.served()


async def test_a_reviewer_without_a_second_factor_decides_nothing(console: Console) -> None:
    """A stolen password alone releases no file."""
    place = await console.refused()
    await console.town.here.add("rita", Role.REVIEWER)
    rita = console.town.browser()
    await rita.log_in("rita")
    asked = await rita.get(place)
    assert (asked.status, asked.place) == (303, "/account/factors")
    answer = await rita.post(place, page="/account/factors", deed="release", reason="x")
    assert (answer.status, answer.place) == (303, "/account/factors")
    assert not await console.served()


async def test_a_release_is_of_exactly_these_bytes_and_on_record(console: Console) -> None:
    """The next request is served; another file of that name is not; the audit log says who, why and until when."""
    place = await console.refused()
    rita = await console.town.entered("rita", Role.REVIEWER)
    sha256 = place.split("/")[2]
    done = await console.decide(rita, place, deed="release", reason="read all of it", sha256=sha256, expires="30d")
    assert (done.status, done.place) == (303, place)
    assert await console.served()
    page = (await rita.get(place)).text
    assert "release by rita" in page
    assert "Nothing that is not lifted: the next request is served." in page
    log = (await rita.get("/audit/")).text
    assert "1 entry, each as it was written." in log
    assert "read all of it" in log
    assert f"{EVIL} {sha256}" in log
    console.desk.made.upstream.files[EVIL] = wheel_bytes("2.0", b"# another " + BAD)
    console.desk.made.clock.pass_by(60)
    assert not await console.served()


async def test_a_rejection_holds_until_its_day(console: Console) -> None:
    """A file in which nothing was found can be refused, and whoever asks reads the reviewer's words."""
    console.desk.gateway.policies.exchange(read_policy("[score]\nquarantine = 0.0\n"))
    place = await console.refused(OLD)
    rita = await console.town.entered("rita", Role.REVIEWER)
    until = f"{console.desk.made.clock.now():%Y-%m-%d}"
    assert (await console.decide(rita, place, deed="reject", reason="phones home", until=until)).status == 303
    console.desk.gateway.policies.exchange(read_policy(""))
    answer = await console.desk.gateway.file(DEMO, OLD, PIP)
    assert isinstance(answer, Refused)
    assert answer.reason == "blocked: rejected by rita: phones home"
    console.desk.made.clock.pass_by(2 * 86_400)
    assert await console.served(OLD)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"deed": "release", "reason": "x"}, "its SHA-256 was not given whole"),
        ({"deed": "release", "reason": "x", "sha256": "0" * 64}, "its SHA-256 was not given whole"),
        ({"deed": "reject", "reason": "  "}, "A decision needs a reason"),
        ({"deed": "reject", "reason": "x", "until": "soon"}, "soon is no time"),
        ({"deed": "reject", "reason": "x", "until": "2001-01-01"}, "That moment has passed"),
        ({"deed": "reject", "reason": "x", "seen": "0" * 64}, "Something else is said of this file"),
        ({"deed": "explode", "reason": "x"}, "nothing that can be done here"),
    ],
)
async def test_what_cannot_be_decided_is_told_and_changes_nothing(
    console: Console, fields: dict[str, str], told: str
) -> None:
    """What is called malicious needs its whole digest, everything a reason, and what is new has to be read first."""
    place = await console.refused()
    rita = await console.town.entered("rita", Role.REVIEWER)
    answer = await console.decide(rita, place, **fields)
    assert answer.status in {400, 403}
    assert told in answer.text
    assert not await console.served()
    assert await console.desk.book.entries() == []


@pytest.mark.parametrize(
    ("headers", "csrf"),
    [({}, "0" * 64), ({}, ""), ({"Origin": "https://evil.example.invalid"}, None), ({"Sec-Fetch-Site": "other"}, None)],
)
async def test_forms_of_other_sites_release_nothing(
    console: Console, headers: dict[str, str], csrf: str | None
) -> None:
    """Without the secret of this browser, or from elsewhere (CSRF)."""
    place = await console.refused()
    rita = await console.town.entered("rita", Role.REVIEWER)
    secret = csrf if csrf is not None else (await rita.get(place)).csrf
    rita.headers = headers
    assert (await rita.post(place, csrf=secret, deed="release", reason="x", sha256=place.split("/")[2])).status == 403
    assert not await console.served()


async def test_nobody_releases_their_own_upload_by_this_way(console: Console) -> None:
    """A reviewer who uploaded these very bytes has to ask another one."""
    place = await console.refused()
    file = replace(
        a_file("2.0"), filename=EVIL, project=DEMO, uploader="rita", sha256=sha256_digest(place.split("/")[2])
    )
    await console.releases.add(file, OwnProject(name=DEMO, display="demo", created=NOON, created_by="rita"))
    rita = await console.town.entered("rita", Role.REVIEWER)
    answer = await console.decide(rita, place, deed="release", reason="trust me", sha256=place.split("/")[2])
    assert (answer.status, "their own files" in answer.text) == (403, True)
    assert not await console.served()


async def test_what_nobody_asked_for_has_no_page(console: Console) -> None:
    """Neither another digest, nor another name, nor what is no name at all."""
    place = await console.refused()
    rita = await console.town.entered("rita", Role.REVIEWER)
    _, _, sha256, filename = place.split("/")
    for wrong in (f"/quarantine/{'0' * 64}/{filename}", f"/quarantine/{sha256}/{OLD}", "/quarantine/x/y"):
        assert (await rita.get(wrong)).status in {400, 404}, wrong


async def test_a_log_that_was_rewritten_is_told_on_its_page(console: Console) -> None:
    """Not only to whoever runs the command."""
    place = await console.refused()
    rita = await console.town.entered("rita", Role.REVIEWER)
    await console.decide(rita, place, deed="reject", reason="phones home")
    with sqlite3.connect(console.desk.head.parent / "db") as database:
        database.execute("DROP TRIGGER IF EXISTS audit_log_no_update")
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE audit_log SET actor = 'somebody else'")
    log = (await rita.get("/audit/")).text
    assert "The audit log is not what it was." in log
    assert "Entry 1 was changed" in log


async def test_the_policy_page_shows_words_digest_and_names(console: Console) -> None:
    """What a reviewer cannot lift stands there; markup in it stays text."""
    text = '# <script>alert(1)</script>\n[private]\nnames = ["billing"]\nprefixes = ["acme-"]\n'
    console.desk.gateway.policies.exchange(
        read_policy(text), Source(path="/etc/policy.toml", digest="d" * 64, text=text)
    )
    await console.releases.reserve(Reserved(name="lab-", reason="ours", since=NOON, by="ada"), prefix=True)
    await console.releases.reserve(
        Reserved(name=project_name("acme-secrets"), reason="no", since=NOON, by="ada"), prefix=False
    )
    rita = await console.town.entered("rita", Role.REVIEWER)
    page = (await rita.get("/policy/")).text
    for part in (
        "/etc/policy.toml, SHA-256 " + "d" * 64,
        "billing",
        "acme-*",
        "lab-",
        "acme-secrets",
        "&lt;script&gt;",
    ):
        assert part in page, part
    assert "<script>alert" not in page
    assert "/etc/policy.toml" in (await rita.get("/quarantine/")).text


async def test_uploads_that_wait_are_in_the_same_queue(console: Console) -> None:
    """One place to look at, whichever way a file came."""
    project = OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ada")
    await console.releases.add(a_file("3.0", State.HELD), project)
    queue = (await console.town.browser().get("/quarantine/")).text
    assert a_file("3.0").filename in queue
    assert f'href="/projects/{TOOL}/manage"' in queue


async def test_every_page_leads_to_the_others(console: Console) -> None:
    """Projects, uploads, quarantine and account, from wherever one is; without the last stroke, too."""
    start = (await console.town.browser().get("/")).text
    for place in ("/projects/", "/uploads/", "/quarantine/", "/account/"):
        assert f'href="{place}"' in start
    for place in ("/quarantine", "/audit", "/policy"):
        answer = await console.town.browser().get(place)
        assert (answer.status, answer.place) == (301, f"{place}/")


async def test_strangers_asking_again_and_again_have_nothing_looked_up(console: Console) -> None:
    """Their list may be some seconds old; a reviewer's never is."""
    nobody, rita = console.town.browser(), await console.town.entered("rita", Role.REVIEWER)
    assert "Nothing is held." in (await nobody.get("/quarantine/")).text
    await console.refused()
    assert "Nothing is held." in (await nobody.get("/quarantine/")).text
    assert EVIL in (await rita.get("/quarantine/")).text
    assert EVIL in (await nobody.get("/quarantine/")).text


async def test_the_policys_file_is_named_to_reviewers_alone(console: Console) -> None:
    """Where it lies on the server's disk is nobody else's business."""
    console.desk.gateway.policies.exchange(read_policy(""), Source(path="/srv/team/policy.toml", digest="ab", text="#"))
    rita = await console.town.entered("rita", Role.REVIEWER)
    assert "/srv/team/policy.toml" in (await rita.get("/quarantine/")).text
    assert "/srv/team" not in (await console.town.browser().get("/quarantine/")).text


async def test_the_policy_page_says_what_is_done_where_nothing_is_said(console: Console) -> None:
    """Every action is there, of every index, and which of them are defaults."""
    text = '[actions]\nyanked = "quarantine"\n[indexes.strict.actions]\nsuspicious = "block"\n'
    console.desk.gateway.policies.exchange(read_policy(text), Source(path="p.toml", digest="ab", text=text))
    page = (await (await console.town.entered("rita", Role.REVIEWER)).get("/policy/")).text
    main, strict = page.split("<h3>")[1:3]
    assert "<dt><code>yanked</code></dt><dd>quarantine</dd>" in main
    assert '<dt><code>malicious</code></dt><dd>block <span class="quiet">by default</span></dd>' in main
    assert strict.startswith("/strict/simple/")
    assert "<dt><code>suspicious</code></dt><dd>block</dd>" in strict

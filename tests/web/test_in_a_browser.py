"""The console in a real browser: what people do on each page works by hand, on a phone too, and breaks no rule."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pratique.accounts.principal import Role
from pratique.gateway.outcome import Refused, Visitor
from pratique.notices import Notice, NoticeKind
from pratique.ports import Judged
from pratique.releases import OwnProject, State
from pratique.storage.releases import SqlReleases, open_releases
from pratique.web.keys import SITE
from tests.accounts.world import PASSWORD
from tests.cli.test_project import TOOL, a_file
from tests.fakes.values import NOON
from tests.gateway.desk import Beside, beside
from tests.gateway.world import BAD, DEMO, wheel, wheel_bytes
from tests.web.accounts.browser import Town, town
from tests.web.accounts.chromium import PROGRAM, Tab, tab

pytestmark = pytest.mark.skipif(not PROGRAM, reason="there is no Chromium here")
EVIL = wheel("2.0")
PIP = Visitor(address="192.0.2.7", user_agent="pip/26.3", request="r1")
_PAGES = (
    *("/", "/projects/", f"/projects/{TOOL}/", f"/projects/{DEMO}/", f"/projects/{TOOL}/manage", "/uploads/"),
    *("/quarantine/", "/audit/", "/policy/", "/users/", "/users/root", "/account/", "/account/tokens"),
    *("/account/publishing", "/account/factors", "/account/password", "/report/zzz"),
)
_NAMELESS = """[...document.querySelectorAll('input, select')]
    .filter(one => one.offsetParent && !one.labels.length && !one.ariaLabel).map(one => one.name)"""
_TOO_WIDE = """[...document.querySelectorAll('.events .tag')]
    .filter(one => one.offsetWidth > one.parentElement.clientWidth).length"""


@dataclass
class Desk:
    """A browser in which an administrator is logged in, and what lies behind the site."""

    page: Tab
    town: Town
    beside: Beside
    releases: SqlReleases

    async def go(self, place: str) -> None:
        """Open a page of the site."""
        await self.page.open(f"{self.town.origin}{place}")

    async def fill(self, form: str, **fields: str) -> None:
        """Type into a form and send it, as its button does."""
        typed = [f"form.querySelector('[name={name}]').value = {json.dumps(value)};" for name, value in fields.items()]
        script = f"{{ const form = document.querySelector({json.dumps(form)}); {''.join(typed)} "
        await self.page.submit(f"{script} form.querySelector('button').click() }}")

    async def text(self) -> str:
        """What a person reads."""
        return str(await self.page.find("document.body.innerText"))


async def _told(_: str) -> list[Notice]:
    name = a_file("3.0").filename
    return [Notice(key="k", kind=NoticeKind.QUARANTINE, at=NOON, title=f"{name} is held", reason="theft in x.py:1")]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An upstream's file that is refused, a project of ours with a release, and one that waits for a reviewer."""
    for name in ("town", "gateway"):
        (tmp_path / name).mkdir()
    releases = await open_releases(f"sqlite:///{tmp_path / 'own.db'}")
    for file in (a_file("1.0"), a_file("3.0", State.HELD)):
        await releases.add(file, OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ada"))
    files = {EVIL: wheel_bytes("2.0", b"# " + BAD)}
    async with beside(tmp_path / "gateway", files) as behind, town(tmp_path / "town") as made, tab() as page:
        site = replace(made.app[SITE], gateway=behind.gateway, store=behind.made.store, desk=behind.console())
        made.app._state[SITE] = replace(site, releases=releases, notices=_told)
        assert isinstance(await behind.gateway.file(DEMO, EVIL, PIP), Refused)
        await made.here.add("root", Role.ADMINISTRATOR)
        secret, _ = await made.here.enrol("root")
        found = Desk(page=page, town=made, beside=behind, releases=releases)
        await found.go("/account/log-in")
        await found.fill("form.fields", name="root", password=PASSWORD)
        await found.fill("form.fields", code=made.here.code(secret))
        yield found
        assert page.complaints == []
    await releases.close()


async def test_a_reviewer_reads_why_and_releases(desk: Desk) -> None:
    """From the queue to the file, where what is called malicious needs its digest; then the log has the decision."""
    await desk.go("/quarantine/")
    await desk.page.submit("document.querySelector('.events .said a').click()")
    assert "dropper in setup.py:3" in await desk.text()
    digest = str(await desk.page.find("document.querySelector('dl.facts code').textContent"))
    form = "form:has(input[name=deed][value=release])"
    await desk.fill(form, reason="read it", sha256="0" * 64)
    assert "its SHA-256 was not given whole" in await desk.text()
    await desk.fill(form, reason="read it", sha256=digest)
    assert "release by root" in await desk.text()
    assert isinstance(await desk.beside.gateway.file(DEMO, EVIL, PIP), Judged)
    await desk.go("/audit/")
    said = await desk.text()
    assert "1 entry, each as it was written." in said
    assert "read it" in said


async def test_an_upload_is_published_and_a_release_taken_down(desk: Desk) -> None:
    """On the page of its project, each with a reason; a takedown leads to who has it."""
    await desk.go(f"/projects/{TOOL}/manage")
    await desk.fill("form:has(input[name=deed][value=approve])", reason="read it")
    held = await desk.releases.file(a_file("3.0").filename)
    assert held
    assert (held.state, held.judged_by) == (State.PUBLISHED, "root")
    await desk.fill("article form:has(input[name=deed][value='take-down'])", reason="leaks keys")
    files = await desk.releases.files(TOOL)
    assert [file.taken_down for file in files].count("leaks keys") == 1


async def test_a_token_is_made_and_shown_once(desk: Desk) -> None:
    """It is there to be copied, and on the list without its secret."""
    await desk.go("/account/tokens")
    await desk.fill("form.fields", label="release workflow")
    said = await desk.text()
    assert "prat_" in said
    await desk.go("/account/tokens")
    said = await desk.text()
    assert "release workflow" in said
    assert "prat_" not in said
    await desk.page.submit("document.querySelector('ul.plain form button').click()")
    assert all(token.revoked for token in await desk.town.here.store.tokens())


@pytest.mark.parametrize("width", [390, 1280])
async def test_every_page_fits_and_nothing_lies_over_anything(desk: Desk, width: int) -> None:
    """Nobody has to scroll sideways, and each field says what it is for."""
    await desk.page.ask(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500
    )
    (held,) = await desk.beside.reviewing(None).held()
    pages = [*_PAGES, f"/quarantine/{held.assessed.case.sha256}/{EVIL}"]
    for place in pages:
        await desk.go(place)
        assert await desk.page.find("!!document.querySelector('header nav')"), place
        assert await desk.page.find("document.documentElement.scrollWidth - innerWidth") <= 0, place
        assert await desk.page.find(_NAMELESS) == [], place
        assert await desk.page.find(_TOO_WIDE) == 0, place

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from pratique.accounts.principal import Role, Scope
from pratique.names import project_name
from pratique.notices import Notice, NoticeKind
from pratique.web.keys import SITE
from tests.accounts.authenticator import Authenticator
from tests.accounts.world import OTHER, PASSWORD
from tests.fakes.values import NOON
from tests.gateway.world import world
from tests.web.accounts.browser import Town, town


async def test_the_first_administrator_comes_in_by_the_link(site: Town) -> None:
    """Link, password, log-in, authenticator, recovery codes: the whole first hour, without JavaScript."""
    link = f"/account/link/{await site.here.accounts.people.first_link()}"
    browser = site.browser()
    weak = await browser.post(link, name="root", password="password1234", again="password1234")
    assert (weak.status, "easy to guess" in weak.text, 'value="root"' in weak.text) == (400, True, True)
    assert "password1234" not in weak.text
    differ = await browser.post(link, name="root", password=PASSWORD, again=OTHER)
    assert (differ.status, "differ" in differ.text) == (400, True)
    bad = await browser.post(link, name="ro ot", password=PASSWORD, again=PASSWORD)
    assert (bad.status, "not a user&#39;s name" in bad.text) == (400, True)
    done = await browser.post(link, name="root", email="r@x.example", password=PASSWORD, again=PASSWORD)
    assert (done.status, done.place) == (303, "/account/log-in")
    assert (await browser.get(link)).status == 403
    assert (await browser.log_in("root")).place == "/account/factors"
    assert (await browser.get("/account/")).place == "/account/factors"
    assert (await browser.get("/users/")).place == "/account/factors"
    page = await browser.get("/account/factors/authenticator")
    assert "<svg" in page.text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert secret
    wrong = await browser.post("/account/factors/authenticator", code="000000")
    assert wrong.status == 401
    codes = await browser.post("/account/factors/authenticator", code=site.here.code(secret[1].replace(" ", "")))
    assert len(re.findall(r"^(?:<pre>)?[a-z2-7]{4}(?:-[a-z2-7]{4}){3}$", codes.text, re.MULTILINE)) == 10
    users = await browser.get("/users/")
    assert (users.status, "root" in users.text) == (200, True)


async def test_log_in_asks_for_the_second_factor_and_goes_where_it_was_asked(site: Town) -> None:
    """A half log-in opens nothing; the code opens everything; a log-out closes it."""
    await site.here.add(role=Role.PUBLISHER)
    secret, codes = await site.here.enrol()
    browser = site.browser()
    asked = await browser.get("/account/tokens?x=1")
    assert asked.place == "/account/log-in?next=/account/tokens?x%3D1"
    assert (await browser.log_in()).place == "/account/second"
    for page in ("/account/", "/account/tokens", "/account/password", "/account/factors", "/users/"):
        assert (await browser.get(page)).place == "/account/second"
    wrong = await browser.post("/account/second", code="123456")
    assert (wrong.status, "served before" in wrong.text) == (401, True)
    assert (await browser.post("/account/second", code=site.here.code(secret))).place == "/account/"
    assert (await browser.get("/account/")).status == 200
    assert (await browser.post("/account/log-out", page="/account/")).place == "/account/log-in"
    assert (await browser.get("/account/")).place.startswith("/account/log-in")
    other = site.browser()
    await other.log_in()
    assert (await other.post("/account/second", code=codes[0])).place == "/account/"


async def test_a_password_is_changed_and_faults_are_told(site: Town) -> None:
    """Wrong present password, two that differ, a weak one, then a good one."""
    browser = await site.entered()
    wrong = await browser.post("/account/password", present="wrong", password=OTHER, again=OTHER)
    assert (wrong.status, "present password is wrong" in wrong.text) == (401, True)
    for password, again, said in (
        (OTHER, "x", "differ"),
        ("ada", "ada", "at least 12"),
        (PASSWORD, PASSWORD, "last 5"),
    ):
        page = await browser.post("/account/password", present=PASSWORD, password=password, again=again)
        assert (page.status, said in page.text) == (400, True)
    done = await browser.post("/account/password", present=PASSWORD, password=OTHER, again=OTHER)
    assert (done.status, "was changed" in done.text) == (200, True)
    assert (await site.browser().log_in(password=OTHER)).place == "/account/"


async def test_sessions_are_listed_and_ended(site: Town) -> None:
    """The other browser is shown, and is out when it is ended; so are all others at once."""
    mine = await site.entered()
    other, third = site.browser(**{"User-Agent": "<script>alert(1)</script>"}), site.browser()
    await other.log_in()
    await third.log_in()
    page = await mine.get("/account/")
    assert "<script>alert" not in page.text
    sessions = re.findall(r'name="session" value="([0-9a-f]{12})"', page.text)
    assert len(sessions) == 2
    assert (await mine.post("/account/sessions/end", page="/account/", session=sessions[0])).place == "/account/"
    states = sorted([(await one.get("/account/")).status for one in (other, third)])
    assert states == [200, 303]
    await mine.post("/account/sessions/end", page="/account/", session="others")
    assert [(await one.get("/account/")).status for one in (mine, other, third)] == [200, 303, 303]
    assert (await mine.post("/account/sessions/end", page="/account/", session="none")).status == 403


async def test_a_token_is_shown_once_listed_and_revoked(site: Town) -> None:
    """It serves where it was made for; the list shows it without its secret."""
    browser = await site.entered(role=Role.PUBLISHER)
    fields = {"label": "<b>ci</b>", "scope-publish": "on", "projects": "Demo, other", "days": "30"}
    made = await browser.post("/account/tokens", **fields)
    secret = re.search(r"<pre>(prat_\w+)</pre>", made.text)
    assert secret
    assert f"{site.origin}/legacy/" in made.text
    principal = await site.here.accounts.access.principal(username="__token__", secret=secret[1], address="")
    assert (principal.scopes, principal.projects) == (frozenset({Scope.PUBLISH}), frozenset({"demo", "other"}))
    listed = await browser.get("/account/tokens")
    assert secret[1] not in listed.text
    assert "&lt;b&gt;ci&lt;/b&gt;" in listed.text
    assert 'name="scope-review"' not in listed.text
    await browser.post("/account/tokens/revoke", page="/account/tokens", token=principal.token_id)
    assert "revoked: revoked" in (await browser.get("/account/tokens")).text


@pytest.mark.parametrize(
    "fields",
    [
        {"scope-review": "on", "days": "30"},
        {"scope-publish": "on", "days": "9999999999999"},
        {"scope-publish": "on", "days": "-1"},
        {"scope-publish": "on", "days": "30", "projects": "../etc"},
        {"days": "30"},
    ],
)
async def test_a_token_beyond_ones_rights_is_refused_on_the_page(site: Town, fields: dict[str, str]) -> None:
    """Scopes that the page does not even offer, no end, a name that is none, nothing at all."""
    browser = await site.entered(role=Role.PUBLISHER)
    page = await browser.post("/account/tokens", label="x", **fields)
    assert page.status in {400, 403}
    assert 'role="alert"' in page.text
    assert not await site.here.store.tokens()


async def test_a_security_key_is_added_and_used(site: Town) -> None:
    """What the script sends, by hand: the ceremony over HTTP, with the session renewed at its end."""
    await site.here.add(role=Role.REVIEWER)
    browser, key = site.browser(), Authenticator(origin=site.origin)
    await browser.log_in()
    csrf = (await browser.get("/account/factors")).csrf
    options = await browser.script("/account/factors/keys/options", {"csrf": csrf})
    body = {"csrf": csrf, "name": "blue", "answer": json.loads(key.make(options.text))}
    added = await browser.script("/account/factors/keys", body)
    assert (added.status, len(json.loads(added.text)["codes"])) == (200, 10)
    assert "blue" in (await browser.get("/account/factors")).text
    again = site.browser()
    assert (await again.log_in()).place == "/account/second"
    page = await again.get("/account/second")
    assert 'data-key="prove"' in page.text
    options = await again.script("/account/second/key/options", {"csrf": page.csrf})
    answer = json.loads(key.prove(options.text))
    proved = await again.script("/account/second/key", {"csrf": page.csrf, "answer": answer, "next": "/quarantine/"})
    assert json.loads(proved.text) == {"next": "/quarantine/"}
    assert (await again.get("/account/")).status == 200
    removed = await again.post("/account/factors/keys/remove", page="/account/factors", key=key.id.hex())
    assert (removed.status, "last one" in removed.text) == (403, True)


async def test_an_administrator_makes_changes_and_closes_accounts(site: Town) -> None:
    """Add, invite, role, disable, enable, take factors away, revoke: each button does its one thing."""
    root = await site.entered("root", Role.ADMINISTRATOR)
    made = await root.post("/users/", name="bob", called="Bob", email="", role="publisher")
    link = re.search(r"<pre>(http://[^<]+)</pre>", made.text)
    assert link
    assert link[1].startswith(f"{site.origin}/account/link/")
    bob = site.browser()
    assert (await bob.post(link[1].removeprefix(site.origin), password=OTHER, again=OTHER)).status == 303
    again = await root.post("/users/", name="BOB", role="reader")
    assert (again.status, "already" in again.text) == (403, True)
    for do, fields, said in (
        ("role", {"role": "reviewer"}, "role is now reviewer"),
        ("email", {"email": "bob@example.net"}, 'value="bob@example.net"'),
        ("disable", {"reason": "on leave"}, "Disabled: on leave"),
        ("enable", {}, "opened again"),
        ("reset", {}, "second factors were removed"),
    ):
        assert (await root.post("/users/bob", do=do, **fields)).place == "/users/bob"
        assert said in (await root.get("/users/bob")).text
    assert "by root" in (await root.get("/users/bob")).text
    for do, fields, status in (
        ("role", {"role": "king"}, 403),
        ("burn", {}, 403),
        ("revoke", {"token": "x"}, 403),
        ("email", {"email": "bob"}, 400),
    ):
        assert (await root.post("/users/bob", do=do, **fields)).status == status
    assert (await root.get("/users/nobody")).status == 403
    assert (await root.post("/users/root", do="disable", reason="x")).status == 403


@pytest.mark.parametrize("guarded", [True, False])
async def test_the_console_says_that_no_stolen_passwords_are_known(tmp_path: Path, *, guarded: bool) -> None:
    """Only where neither a service nor a file is configured, and to whoever can mend it."""
    async with town(tmp_path, guarded=guarded) as site:
        root = await site.entered("root", Role.ADMINISTRATOR)
        assert ("--breached-url" in (await root.get("/users/")).text) is not guarded


async def test_advice_is_the_same_while_typing_and_when_sent(site: Town) -> None:
    """What the meter says is what the form says; it knows the owner's name."""
    browser = await site.entered("zarafshan")
    csrf = (await browser.get("/account/password")).csrf
    said = json.loads((await browser.script("/account/advice", {"csrf": csrf, "password": "zarafshan1234"})).text)
    assert (said["enough"], said["score"] < 3) == (False, True)
    fields = {"present": PASSWORD, "password": "zarafshan1234", "again": "zarafshan1234"}
    page = await browser.post("/account/password", **fields)
    assert said["advice"].replace("'", "&#39;") in page.text
    good = json.loads((await browser.script("/account/advice", {"csrf": csrf, "password": OTHER})).text)
    assert (good["enough"], good["score"]) == (True, 4)


async def test_a_leaked_token_is_reported_by_anybody(site: Town) -> None:
    """A scanner sends what it found; ours are revoked, and which those were is answered."""
    await site.entered(role=Role.PUBLISHER)
    secret, _ = await site.here.accounts.access.create("ada", label="ci", scopes=[Scope.PUBLISH])
    scanner = site.browser()
    reports = [{"token": secret, "url": "https://code.example.invalid/a\r\nX: y"}, {"token": "prat_nonsense"}]
    answer = await scanner.script("/api/v1/leaked-tokens", reports)
    assert [one["revoked"] for one in json.loads(answer.text)] == [True, False]
    assert secret not in answer.text
    for rubbish in ("x", [{"url": "x"}], [1], [{"token": "x"}] * 101, {"token": 3}):
        assert (await scanner.script("/api/v1/leaked-tokens", rubbish)).status == 400
    assert any("code.example.invalid" in record.what for record in await site.here.store.records("ada"))


async def test_an_owner_says_on_the_page_who_works_on_a_project(site: Town) -> None:
    """Add, change, remove, leave; a stranger is refused, and the last owner stays."""
    ada, eve = await site.entered("ada", Role.PUBLISHER), await site.entered("eve", Role.PUBLISHER)
    await site.here.accounts.access.claim(project_name("demo"), "ada")
    assert "/account/projects/demo" in (await ada.get("/account/")).text
    page = "/account/projects/demo"
    assert (await eve.get(page)).status == 403
    assert (await eve.post(page, page="/account/", name="eve", role="owner")).status == 403
    assert (await ada.post(page, name="eve", role="maintainer")).place == page
    assert (await eve.get(page)).status == 200
    assert (await eve.post(page, name="eve", role="owner")).status == 403
    assert (await ada.post(page, name="eve", role="king")).status == 403
    last = await ada.post(page, remove="ada")
    assert (last.status, "at least one owner" in last.text) == (403, True)
    assert (await eve.post(page, remove="eve")).place == "/account/"
    assert (await eve.get(page)).status == 403


async def test_keys_need_a_name_and_the_page_says_so(site: Town) -> None:
    """At an address in numbers, the page tells how to come by a name."""
    browser = await site.entered()
    assert "http://localhost" in (await browser.get("/account/factors")).text
    browser.headers = {"Host": "packages.example"}
    assert "http://localhost" not in (await browser.get("/account/factors")).text


async def test_an_authenticator_is_replaced_on_the_page(site: Town) -> None:
    """The last factor stays; with a key beside it, it goes; new recovery codes take the place of the old ones."""
    browser, key = await site.entered(role=Role.PUBLISHER), Authenticator(origin=site.origin)
    page = "/account/factors"
    last = await browser.post("/account/factors/authenticator/remove", page=page)
    assert (last.status, "last one" in last.text) == (403, True)
    csrf = (await browser.get(page)).csrf
    options = await browser.script("/account/factors/keys/options", {"csrf": csrf})
    body = {"csrf": csrf, "name": "", "answer": json.loads(key.make(options.text))}
    assert json.loads((await browser.script("/account/factors/keys", body)).text)["codes"] == []
    assert "key 1" in (await browser.get(page)).text
    fresh = await browser.post("/account/factors/codes", page=page)
    assert len(re.findall(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}", fresh.text)) == 10
    assert (await browser.post("/account/factors/authenticator/remove", page=page)).place == page
    assert "Set up an authenticator" in (await browser.get(page)).text
    again = await browser.get("/account/factors/authenticator")
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", again.text)
    assert secret
    done = await browser.post("/account/factors/authenticator", code=site.here.code(secret[1].replace(" ", "")))
    assert done.place == page
    assert (await browser.get("/account/factors/authenticator")).status == 403
    assert (await browser.post("/account/factors/keys/remove", page=page, key="no key")).status == 403
    assert (await browser.post("/account/factors/keys/remove", page=page, key=key.id.hex())).place == page


async def test_forms_of_the_page_after_setting_up_serve(site: Town) -> None:
    """The page with recovery codes comes with a new session: its log-out belongs to that."""
    await site.here.add(role=Role.PUBLISHER)
    browser = site.browser()
    await browser.log_in()
    page = await browser.get("/account/factors/authenticator")
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert secret
    codes = await browser.post("/account/factors/authenticator", code=site.here.code(secret[1].replace(" ", "")))
    assert 'href="/account/tokens"' in codes.text
    assert (await browser.post("/account/log-out", csrf=codes.csrf)).place == "/account/log-in"


async def test_whoever_is_logged_in_needs_no_log_in(site: Town) -> None:
    """The log-in's page leads on, the second step's page too; without a log-in both lead back."""
    browser = await site.entered()
    assert (await browser.get("/account/log-in?next=/account/tokens")).place == "/account/tokens"
    assert (await browser.get("/account/second")).place == "/account/"
    assert (await browser.get("/account")).place == "/account/"
    assert (await site.browser().get("/account/second")).place.startswith("/account/log-in")
    await browser.post("/account/log-in", page="/account/", name="ada", password=PASSWORD)
    assert len(await site.here.store.sessions((await site.here.accounts.parts.known("ada")).name)) == 1


async def test_an_administrator_revokes_somebodys_token(site: Town) -> None:
    """By its id, on that user's page alone."""
    root = await site.entered("root", Role.ADMINISTRATOR)
    await site.here.add("ada")
    _, token = await site.here.accounts.access.create("ada", label="x", scopes=[Scope.READ])
    assert (await root.post("/users/root", do="revoke", token=token.id)).status == 403
    assert (await root.post("/users/ada", do="revoke", token=token.id)).place == "/users/ada"
    assert "revoked" in (await root.get("/users/ada")).text


async def test_a_server_without_accounts_says_so(tmp_path: Path) -> None:
    """The pages are not there, rather than broken."""
    async with world(tmp_path, {}) as behind, TestClient(TestServer(behind.site())) as client:
        for place in ("/account/", "/account/log-in", "/users/"):
            assert (await client.get(place)).status == 404


async def test_what_one_was_told_is_on_ones_own_page(site: Town) -> None:
    """With what it is about, and a link to the report; a package's words stay text, and others see nothing of it."""
    held = Notice(
        key="ada x",
        kind=NoticeKind.QUARANTINE,
        at=NOON,
        title="demo-1.0.tar.gz is held",
        filename="demo-1.0.tar.gz",
        sha256="0" * 64,
        reason="<script>alert(1)</script> \x1b[2J",
        to="ada",
    )

    async def told(name: str) -> list[Notice]:
        return [held] if name == "ada" else []

    site.app._state[SITE] = replace(site.app[SITE], notices=told)
    page = (await (await site.entered("ada", Role.PUBLISHER)).get("/account/")).text
    assert f'<a href="/report/{"0" * 64}/demo-1.0.tar.gz">demo-1.0.tar.gz is held</a>' in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\x1b" not in page
    other = (await (await site.entered("bob", Role.PUBLISHER)).get("/account/")).text
    assert "demo-1.0.tar.gz" not in other
    assert "Nothing lately" in other

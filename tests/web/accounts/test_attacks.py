from __future__ import annotations

import re
from pathlib import Path

import pytest

from pratique.accounts.principal import Role
from tests.accounts.world import OTHER, PASSWORD
from tests.web.accounts.browser import Browser, Page, Town, town

_POSTS = (
    "/account/log-in",
    "/account/second",
    "/account/log-out",
    "/account/password",
    "/account/sessions/end",
    "/account/factors/authenticator",
    "/account/factors/authenticator/remove",
    "/account/factors/codes",
    "/account/factors/keys/remove",
    "/account/tokens",
    "/account/tokens/revoke",
    "/users/",
    "/users/ada",
)
_SCRIPTS = (
    "/account/second/key/options",
    "/account/second/key",
    "/account/factors/keys/options",
    "/account/factors/keys",
    "/account/advice",
)


def _without_secrets(page: Page) -> str:
    return re.sub(r"[0-9a-f]{64}", "", page.text)


async def test_enumeration_every_answer_is_the_same(site: Town) -> None:
    """An existing, an unknown, a disabled and an impossible name: same status, page, headers and cookie."""
    await site.here.add("ada")
    await site.here.add("gone")
    await site.here.accounts.people.disable("gone", "left")
    answers = []
    for name in ("ada", "nobody", "gone", "a"):
        browser = site.browser()
        page = await browser.log_in(name, "wrong password")
        headers = {key for key in page.headers if key not in {"X-Request-Id", "Date"}}
        answers.append((page.status, _without_secrets(page).replace(f'value="{name}"', ""), headers))
    assert [answers[0]] * 4 == answers
    assert answers[0][0] == 401


async def test_stuffing_is_answered_with_when_to_come_back(site: Town) -> None:
    """The eleventh guess at one name, and the twenty-first from one address: 429 and Retry-After."""
    await site.here.add("ada")
    browser = site.browser()
    for _ in range(10):
        assert (await browser.log_in(password="wrong")).status == 401
    slow = await browser.log_in(password=PASSWORD)
    assert (slow.status, "Try again in" in slow.text) == (429, True)
    assert 0 < int(slow.headers["Retry-After"]) <= 300
    for number in range(10):
        assert (await browser.log_in(f"user{number}", "x")).status == 401
    assert (await browser.log_in("another", "x")).status == 429


@pytest.mark.parametrize("planted", ["A" * 43, "short", "x; Domain=evil.invalid", "\u00e9" * 43])
async def test_fixation_a_planted_cookie_never_becomes_a_session(site: Town, planted: str) -> None:
    """Whatever cookie a browser arrives with, a log-in gives it another one, and the planted one stays nobody's."""
    await site.here.add("ada")
    browser = site.browser()
    browser.cookie = browser.visit = planted
    await browser.log_in()
    assert browser.cookie != planted
    assert (await browser.get("/account/")).status == 200
    thief = site.browser()
    thief.cookie = planted
    assert (await thief.get("/account/")).status == 303


async def test_fixation_each_step_up_changes_the_cookie(site: Town) -> None:
    """Before the password, after it and after the second factor: three secrets, and only the last one serves."""
    await site.here.add("ada", Role.PUBLISHER)
    secret, _ = await site.here.enrol()
    browser, cookies = site.browser(), []
    await browser.get("/account/log-in")
    cookies.append(browser.visit)
    await browser.log_in()
    cookies.append(browser.cookie)
    await browser.post("/account/second", code=site.here.code(secret))
    cookies.append(browser.cookie)
    assert len(set(cookies)) == 3
    states = []
    for cookie in cookies:
        thief = site.browser()
        thief.cookie = cookie
        states.append((await thief.get("/account/")).status)
    assert states == [303, 303, 200]


@pytest.mark.parametrize("place", _POSTS)
async def test_csrf_a_form_of_another_site_does_nothing(site: Town, place: str) -> None:
    """Without the form's secret, with another browser's, or sent from elsewhere: refused, whoever is logged in."""
    browser = await site.entered("ada", Role.ADMINISTRATOR)
    foreign = (await site.browser().get("/account/log-in")).csrf
    mine = (await browser.get("/account/")).csrf
    if place == "/account/second":
        browser = site.browser()
        await browser.log_in()
        mine = (await browser.get("/account/second")).csrf
    for secret in ("", foreign, "0" * 64):
        assert (await browser.post(place, csrf=secret)).status == 403
    for header in (
        {"Origin": "https://evil.example.invalid"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        browser.headers = header
        assert (await browser.post(place, csrf=mine)).status == 403
    browser.headers = {"Content-Type": "text/plain"}
    assert (await browser._ask("POST", place, data=f"csrf={mine}")).status == 403
    assert (await site.here.store.user("ada")) is not None


@pytest.mark.parametrize("place", _SCRIPTS)
async def test_csrf_a_script_of_another_site_does_nothing(site: Town, place: str) -> None:
    """JSON as text/plain (which needs no preflight), without the secret, or from elsewhere: refused."""
    browser = await site.entered("ada", Role.PUBLISHER)
    mine = (await browser.get("/account/")).csrf
    if place.startswith("/account/second"):
        browser = site.browser()
        await browser.log_in()
        mine = (await browser.get("/account/second")).csrf
    assert (await browser.script(place, {"csrf": ""})).status == 403
    assert (await browser.script(place, [mine])).status == 403
    browser.headers = {"Origin": "https://evil.example.invalid"}
    assert (await browser.script(place, {"csrf": mine})).status == 403
    browser.headers = {"Content-Type": "text/plain"}
    assert (await browser._ask("POST", place, data=f'{{"csrf": "{mine}"}}')).status == 403


async def test_a_link_of_another_site_logs_nobody_out(site: Town) -> None:
    """A strict cookie stays away then; what is set on that page leaves the session's cookie alone."""
    mine = await site.entered()
    by_link = site.browser()
    page = await by_link.get("/account/log-in")
    assert by_link.cookie == ""
    assert [name for name in ("pratique=", "pratique-visit=") if page.headers["Set-Cookie"].startswith(name)] == [
        "pratique-visit="
    ]
    mine.visit = by_link.visit
    assert (await mine.get("/account/")).status == 200
    stale = await mine.post("/account/password", csrf=page.csrf, present=PASSWORD, password=OTHER, again=OTHER)
    assert stale.status == 403


async def test_no_get_changes_anything(site: Town) -> None:
    """A link, an image or a prefetch of any of these places is no form."""
    browser = await site.entered("ada", Role.ADMINISTRATOR)
    for place in (*_POSTS, *_SCRIPTS):
        await browser.get(f"{place}?do=disable&reason=x&session=others&csrf={'0' * 64}")
    user = await site.here.store.user("ada")
    assert user
    assert not user.stopped
    assert (await browser.get("/account/")).status == 200


@pytest.mark.parametrize(
    "after",
    [
        "//evil.example.invalid/",
        "https://evil.example.invalid/",
        "/\\evil.example.invalid",
        "javascript:alert(1)",
        "/account/\r\nSet-Cookie: a=b",
        "\t//evil.example.invalid",
        "",
    ],
)
async def test_a_log_in_leads_nowhere_else(site: Town, after: str) -> None:
    """``next`` takes paths of this site alone (no open redirect, no header injection)."""
    await site.here.add("ada")
    browser = site.browser()
    page = await browser.post("/account/log-in", name="ada", password=PASSWORD, next=after)
    assert (page.status, page.place) == (303, "/account/")
    assert page.headers["Set-Cookie"].startswith("pratique=")


@pytest.mark.parametrize(
    ("after", "leads"),
    [("/projects/demo/manage?a=b", "/projects/demo/manage?a=b"), ("//evil.example.invalid/", "/account/")],
)
async def test_a_second_factor_leads_on_to_a_path_of_ours_alone(site: Town, after: str, leads: str) -> None:
    """From the log-in through the page that asks for a code, also after a wrong one; and never elsewhere."""
    await site.here.add("ada", Role.REVIEWER)
    secret, _ = await site.here.enrol("ada")
    browser = site.browser()
    owed = await browser.post("/account/log-in", name="ada", password=PASSWORD, next=after)
    kept = f'name="next" value="{leads}"'
    assert kept in (await browser.get(owed.place)).text
    wrong = await browser.post("/account/second", code="000000", next=after)
    assert (wrong.status, kept in wrong.text) == (401, True)
    page = await browser.post("/account/second", code=site.here.code(secret), next=after)
    assert (page.status, page.place) == (303, leads)


async def test_a_log_in_leads_on_to_a_path_of_ours(site: Town) -> None:
    """And that is where the person wanted to go."""
    await site.here.add("ada")
    page = await site.browser().post("/account/log-in", name="ada", password=PASSWORD, next="/account/tokens?a=b")
    assert page.place == "/account/tokens?a=b"


@pytest.mark.parametrize("role", [Role.READER, Role.PUBLISHER, Role.REVIEWER])
async def test_users_are_changed_by_administrators_alone(site: Town, role: Role) -> None:
    """Every other role is refused, by page and by form, and nobody raises their own role."""
    browser = await site.entered("ada", role)
    mine = (await browser.get("/account/")).csrf
    assert (await browser.get("/users/")).status == 403
    assert (await browser.get("/users/ada")).status == 403
    assert (await browser.post("/users/ada", csrf=mine, do="role", role="administrator")).status == 403
    assert (await browser.post("/users/", csrf=mine, name="eve", role="administrator")).status == 403
    user = await site.here.store.user("ada")
    assert user
    assert user.role is role


async def test_a_second_factor_cannot_be_set_up_by_whoever_has_the_password_alone(site: Town) -> None:
    """A half log-in cannot add its own factor, make codes, or see the secret."""
    await site.here.add("ada", Role.PUBLISHER)
    await site.here.enrol()
    thief = site.browser()
    await thief.log_in()
    csrf = (await thief.get("/account/second")).csrf
    for place in ("/account/factors", "/account/factors/authenticator"):
        assert (await thief.get(place)).place == "/account/second"
    for place in ("/account/factors/authenticator", "/account/factors/codes", "/account/tokens", "/account/password"):
        assert (await thief.post(place, csrf=csrf, code="1")).place == "/account/second"
    for place in ("/account/factors/keys/options", "/account/factors/keys"):
        assert (await thief.script(place, {"csrf": csrf})).place == "/account/second"


async def test_header_injection_by_any_field(site: Town) -> None:
    """CR, LF and NUL in names, labels and reasons end in no header, and in no page unescaped."""
    root = await site.entered("root", Role.ADMINISTRATOR)
    evil = "x\r\nX-Injected: yes\r\n\r\n<script>alert(1)</script>\0"
    pages = [
        await site.browser().log_in(evil, evil),
        await root.post("/users/", name=evil, role="reader"),
        await root.post("/users/", name="bob", called=evil, role="reader"),
        await root.post("/users/", name="bob", email=evil, role="reader"),
        await root.post("/users/", name="bob", role=evil),
        await root.post("/account/tokens", label=evil, **{"scope-read": "on", "days": "3"}),
        await root.post("/account/sessions/end", page="/account/", session=evil),
        await root.get(f"/users/{'%0d%0aX-Injected:%20yes'}"),
        await root.get(f"/account/link/{'%0d%0aX-Injected:%20yes'}"),
        await root.get("/account/tokens"),
        await root.get("/account/"),
    ]
    for page in pages:
        assert page.status < 500
        assert "X-Injected" not in page.headers
        assert "<script>alert" not in page.text


async def test_pages_of_accounts_run_no_inline_code_and_are_framed_by_nobody(site: Town) -> None:
    """Strict headers on every page, and no script, style or handler written into one."""
    browser = await site.entered("ada", Role.ADMINISTRATOR)
    for place in ("/account/", "/account/tokens", "/account/factors", "/account/password", "/users/", "/users/ada"):
        page = await browser.get(place)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "form-action 'self'" in policy
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"<script(?! src=\"/static/)|<style|\sstyle=|\son[a-z]+=|javascript:", page.text)
        assert "Strict-Transport-Security" not in page.headers


async def _cookie_of(browser: Browser) -> str:
    return (await browser.get("/account/log-in")).headers["Set-Cookie"]


async def test_cookies_are_strict(site: Town, tmp_path: Path) -> None:
    """HttpOnly, SameSite=Strict, no Domain; behind TLS also Secure and __Host-, and HSTS."""
    plain = await _cookie_of(site.browser())
    assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(plain.split("; "))
    assert "Domain" not in plain
    (tmp_path / "tls").mkdir()
    async with town(tmp_path / "tls", public_url="https://packages.example") as behind:
        page = await behind.browser(Host="packages.example").get("/account/log-in")
        cookie = page.headers["Set-Cookie"]
        assert cookie.startswith("__Host-pratique-visit=")
        assert {"HttpOnly", "Path=/", "SameSite=Strict", "Secure"} <= set(cookie.split("; "))
        assert page.headers["Strict-Transport-Security"]


async def test_a_stolen_cookie_dies_with_the_password(site: Town) -> None:
    """Whoever changes the password throws everybody else out."""
    mine = await site.entered()
    thief = site.browser()
    thief.cookie = mine.cookie
    other = site.browser()
    await other.log_in()
    await other.post("/account/password", present=PASSWORD, password=OTHER, again=OTHER)
    assert (await thief.get("/account/")).status == 303


async def test_passwords_and_tokens_are_never_shown_again(site: Town) -> None:
    """No page holds the password that was typed, and the database holds neither it nor a cookie nor a token."""
    browser = await site.entered("ada", Role.PUBLISHER)
    made = await browser.post("/account/tokens", label="x", **{"scope-publish": "on", "days": "3"})
    token = re.search(r"prat_\w+", made.text)
    assert token
    failed = await site.browser().log_in(password="a secret that is typed wrongly")
    assert "a secret that is typed" not in failed.text
    engine = site.here.store._do._engine
    with engine.connect() as connection:
        dump = "\n".join(connection.connection.dbapi_connection.iterdump())  # type: ignore[union-attr]
    for secret in (PASSWORD, browser.cookie, token[0]):
        assert secret not in dump

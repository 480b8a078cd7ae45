from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from pratique.accounts.principal import Role
from pratique.ports import EventKind
from pratique.web.console import alike, templates
from pratique.web.keys import SITE
from tests.fakes.values import NOON, a_page, a_report, an_event
from tests.web.accounts.browser import Browser, Town, town

_PERSON = {"Accept": "text/html,application/xhtml+xml"}
_ASIDE = {"/policy/": Role.REVIEWER, "/audit/": Role.REVIEWER, "/users/": Role.ADMINISTRATOR}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Town]:
    """A site with nobody in it."""
    async with town(tmp_path) as made:
        yield made


async def _offered(browser: Browser) -> set[str]:
    """Where the start page leads besides."""
    text = (await browser.get("/")).text
    return {place for place in _ASIDE if f'href="{place}"' in text}


@pytest.mark.parametrize("role", list(Role))
async def test_pages_lead_to_what_one_may_see_and_no_further(site: Town, role: Role) -> None:
    """And each of these places is open to whom it is offered."""
    browser = await site.entered("ada", role)
    offered = await _offered(browser)
    assert offered == {place for place, needed in _ASIDE.items() if role.covers(needed)}
    for place in _ASIDE:
        assert ((await browser.get(place)).status == 403) == (place not in offered), place
    browser.headers = _PERSON
    assert ">ada</a></nav>" in (await browser.get("/projects/nothing/")).text


async def test_whoever_is_half_way_in_is_offered_nothing(site: Town) -> None:
    """A password alone is not enough to be greeted as an administrator."""
    await site.here.add("ada", Role.ADMINISTRATOR)
    await site.here.enrol("ada")
    half = site.browser()
    await half.log_in("ada")
    assert await _offered(half) == set()
    assert "Log in</a></nav>" in (await half.get("/")).text


async def test_the_log_in_names_the_next_step_until_there_is_an_administrator(site: Town) -> None:
    """On the first day nobody can be asked for a link."""
    first = (await site.browser().get("/account/log-in")).text
    assert "pratique user first" in first
    assert "Ask an administrator" not in first
    await site.here.add("root", Role.ADMINISTRATOR)
    later = (await site.browser().get("/account/log-in")).text
    assert "pratique user first" not in later
    assert "Ask an administrator" in later


async def test_the_only_administrator_who_was_stopped_is_told_how_to_go_on(site: Town) -> None:
    """There is nobody else to ask: the account that is there can be opened again, and need not be made anew."""
    await site.here.add("root", Role.ADMINISTRATOR)
    await site.here.accounts.access.freeze("root", "uploaded something bad")
    page = await site.browser().log_in("root")
    assert page.status == 403
    assert "pratique user enable root" in page.text
    assert "it makes an administrator" in (await site.browser().get("/account/log-in")).text


async def test_an_address_that_names_no_report_says_where_they_are(site: Town) -> None:
    """A SHA-256 alone is enough where it is known."""
    event = replace(an_event(), sha256=a_report().artifact.sha256, filename="demo-1.0.tar.gz")
    await site.app[SITE].store.record([event])
    browser = site.browser(**_PERSON)
    for place in ("/report/zzz", "/report/", f"/report/{'0' * 64}", "/report/a/b/c"):
        page = await browser.get(place)
        assert (page.status, "There is no report at this address" in page.text) == (404, True), place
        assert 'href="/quarantine/"' in page.text
    known = await browser.get(f"/report/{event.sha256}")
    assert (known.status, known.place) == (303, f"/report/{event.sha256}/{event.filename}")


async def test_what_is_known_of_an_upstreams_project_is_on_its_page(site: Town) -> None:
    """What was inspected, with its verdict, and who asked; of what nobody asked for, what to do."""
    report = a_report()
    await site.app[SITE].store.save_report(report, engine="1")
    name = report.artifact.name.project
    await site.app[SITE].store.record([an_event(project=name)])
    page = await site.browser().get(f"/projects/{name}/")
    assert page.status == 200
    assert f'href="/report/{report.artifact.sha256}/{report.artifact.name.filename}"' in page.text
    assert '<span class="tag malicious">malicious</span>' in page.text
    assert "not seen yet" in page.text
    listed = replace(a_page("1", project=name), status="archived", status_reason="<b>moved</b>")
    await site.app[SITE].store.save_page(listed, fetched=NOON)
    page = await site.browser().get(f"/projects/{name}/")
    assert (page.status, "archived</span> &lt;b&gt;moved" in page.text) == (200, True)
    assert f"{len(listed.files)} file" in page.text
    unknown = await site.browser(**_PERSON).get("/projects/nobody-knows/")
    assert (unknown.status, "pip download nobody-knows" in unknown.text) == (404, True)


def test_what_says_the_same_is_shown_once() -> None:
    """Parts of a file and then all of it are one line; what comes between, or differs, is not passed over."""
    part = replace(an_event(), kind=EventKind.DOWNLOAD)
    again, other = replace(part, at=NOON, request="another"), replace(part, client="192.0.2.99")
    shown = alike([part, again, other, part])
    assert [(one.event, one.times) for one in shown] == [(part, 2), (other, 1), (part, 1)]


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("pip/26.3 {...}", "pip/26.3"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox 130"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1 (KHTML) Version/17.4 Safari/605.1", "Safari 17"),
        ("Mozilla/5.0 (X11) AppleWebKit/537 (KHTML) Chrome/128.0.0.0 Safari/537 Edg/128.0", "Edge 128"),
        ("Mozilla/5.0 Firefox/<script>", "Firefox <script>"),
        ("Mozilla/5.0", "Mozilla/5.0"),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, shown: str) -> None:
    """All of them begin with the name of one that is long gone."""
    assert templates().filters["agent"](agent) == shown

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from pratique.accounts.onetime import CODES
from pratique.accounts.principal import Role
from tests.accounts.world import PASSWORD
from tests.web.accounts.browser import Town
from tests.web.accounts.chromium import PROGRAM, Tab, tab

pytestmark = pytest.mark.skipif(not PROGRAM, reason="there is no Chromium here")


@pytest.fixture
async def page() -> AsyncIterator[Tab]:
    """A browser with a security key."""
    async with tab() as opened:
        yield opened


def _log_in() -> str:
    typed = {"name": "ada", "password": PASSWORD}
    fill = "".join(f"document.getElementById('{field}').value = {json.dumps(text)};" for field, text in typed.items())
    return f"{fill} document.querySelector('form.fields button').click()"


async def test_a_key_is_made_and_used_in_a_browser(site: Town, page: Tab) -> None:
    """Log in, add a key, read the recovery codes, log out, and come in again by the key: all by our own script."""
    await site.here.add("ada", Role.PUBLISHER)
    origin = site.origin.replace("127.0.0.1", "localhost")
    await page.open(f"{origin}/account/log-in")
    await page.submit(_log_in())
    assert await page.find("location.pathname") == "/account/factors"
    await page.find("document.querySelector('form[data-key] button').click()")
    await page.until("document.querySelector('form[data-key] pre')")
    assert len((await page.find("document.querySelector('form[data-key] pre').textContent")).split()) == CODES
    await page.open(f"{origin}/account/")
    assert "1 key," in await page.find("document.body.textContent.replace(/\\s+/g, ' ')")
    await page.submit("document.querySelector('nav.account form button').click()")
    await page.submit(_log_in())
    assert await page.find("location.pathname") == "/account/second"
    await page.open(f"{origin}/account/second?next=/account/tokens")
    await page.submit("document.querySelector('form[data-key] button').click()")
    assert await page.find("location.pathname") == "/account/tokens"
    assert page.complaints == []


async def test_advice_is_shown_while_one_types(site: Town, page: Tab) -> None:
    """The meter and the words come from the server, for this user; nothing of it offends the page's policy."""
    await site.here.add("ada")
    await page.open(f"{site.origin}/account/log-in")
    await page.submit(_log_in())
    await page.open(f"{site.origin}/account/password")
    typed = (
        "const field = document.getElementById('password'); field.value = {}; field.dispatchEvent(new Event('input'))"
    )
    await page.find(f"{{ {typed.format(json.dumps('password1234'))} }}")
    await page.until("document.getElementById('advice').textContent.includes('easy to guess')")
    assert await page.find("document.querySelector('meter').value") < 3
    await page.find(f"{{ {typed.format(json.dumps('mango lantern orbit fresco'))} }}")
    await page.until("document.getElementById('advice').textContent.includes('Strong enough')")
    assert await page.find("document.querySelector('meter').value") == 4
    assert page.complaints == []

from __future__ import annotations

import re

import pytest
from aiohttp import web

from pratique.accounts.principal import Role
from tests.cli.test_project import a_file
from tests.web.accounts.browser import Browser
from tests.web.api.place import Place

_TOOLS = ("/api/", "/legacy", "/_/oidc/", "/osv/", "/pypi", "/RPC")
"""Who comes here sends a token, an identity or nothing at all, and no cookie counts."""
_OWED = "/account/second"
"""Whoever owes no second factor is led on before anything is read."""
_NAMES = {"project": "acme-tool", "filename": a_file("3.0").filename, "sha256": "0" * 64, "name": "ada"}


def _forms(app: web.Application) -> list[str]:
    """The addresses that take a form or a script of ours."""
    posts = [route.resource.canonical for route in app.router.routes() if route.method == "POST" and route.resource]
    return sorted({one for one in posts if not one.startswith((*_TOOLS, _OWED))})


def _filled(pattern: str) -> str:
    return re.sub(r"{(\w+)[^}]*}", lambda found: _NAMES.get(found[1], "x"), pattern)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example.invalid"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
async def test_no_form_of_another_site_is_taken_anywhere(site: Place, headers: dict[str, str]) -> None:
    """Each address that changes something, for an administrator whose browser was led there (CSRF).

    Without the form's secret, and where the browser says that it comes from elsewhere, with the right one as well.
    """
    boss = await site.town.entered("boss", Role.ADMINISTRATOR)
    places = _forms(site.town.app)
    assert len(places) > 15, places
    secret = (await boss.get("/account/")).csrf
    boss.headers = headers
    for place in places:
        for given in ("", "0" * 64, *([secret] if headers else [])):
            answer = await boss.post(_filled(place), csrf=given, name="eve", role="administrator", reason="x")
            assert answer.status in {400, 403, 415}, (place, given, answer.status, answer.text[:200])
    boss.headers = {}
    assert await _unchanged(site, boss)


async def _unchanged(site: Place, boss: Browser) -> bool:
    """Whoever was logged in still is, and nobody was made, stopped or raised."""
    users = {str(user.name): (user.role, user.stopped) for user in await site.town.here.store.users()}
    still = (await boss.get("/account/")).status == 200
    return still and users["eve"] == (Role.PUBLISHER, "") and (await site.file("3.0")).judged_by == ""

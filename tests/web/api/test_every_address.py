from __future__ import annotations

import re

import pytest
from aiohttp import ClientResponse, web
from yarl import URL

from pratique.accounts.principal import Role, Scope
from tests.web.api.place import Place

_OUT = [
    "..%2f..%2f..%2fetc%2fpasswd",
    "..%5c..%5cetc%5cpasswd",
    "%2e%2e",
    "%2fetc%2fpasswd",
    "....%2f%2fetc",
    "demo%00.whl",
    "demo%0d%0aX-Injected:%20yes",
    "%e2%80%ae%ff",
    "%3cscript%3ealert(1)%3c%2fscript%3e",
    "a" * 5000,
]
"""What leads out of a folder, ends a name or a header early, or is no text."""


def _addresses(app: web.Application) -> list[tuple[str, str]]:
    """Method and pattern of all that has a name in its address."""
    found = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and "{" in route.resource.canonical and route.method != "HEAD"
    }
    return sorted(found)


@pytest.mark.parametrize("evil", _OUT, ids=[one[:24] for one in _OUT])
async def test_no_name_in_an_address_leads_anywhere_else(site: Place, evil: str) -> None:
    """In each part of each address, asked by somebody who may do everything: no file of ours, no header, no 500."""
    root = await site.town.entered("boss", Role.ADMINISTRATOR)
    token = await site.token("root", *Scope)
    asked = _addresses(site.town.app)
    assert len(asked) > 30
    for method, pattern in asked:
        path = re.sub(r"{[^}]*}", evil, pattern)
        sent = (
            {"Authorization": f"Bearer {token}"}
            if pattern.startswith("/api/")
            else {"Cookie": f"pratique={root.cookie}"}
        )
        url = URL(f"{site.town.origin}{path}", encoded=True)
        async with site.town.session.request(method, url, headers=sent, allow_redirects=False) as answer:
            await _harmless(answer, f"{method} {path}")


async def _harmless(answer: ClientResponse, asked: str) -> None:
    body = await answer.read()
    assert answer.status < 500, (asked, body[:300])
    assert answer.status != 200, (asked, body[:300])
    assert "X-Injected" not in answer.headers, asked
    assert b"root:" not in body, asked
    assert answer.content_type != "text/html" or b"<script>alert" not in body, asked
    assert "\r" not in (answer.reason or ""), asked

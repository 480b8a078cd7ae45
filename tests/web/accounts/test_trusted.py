from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pratique.accounts.identity import Identities
from pratique.accounts.principal import Role
from pratique.accounts.trusted import Issuer, IssuerKind
from pratique.names import project_name
from tests.accounts.issuer import AUDIENCE, URL, FakeIssuer
from tests.web.accounts.browser import Page, Town, town


@dataclass
class _Trust:
    site: Town
    issuer: FakeIssuer

    async def mint(self, token: object) -> Page:
        """What a publishing tool sends."""
        return await self.site.browser().script("/_/oidc/mint-token", {"token": token})


@pytest.fixture
async def trust(tmp_path: Path) -> AsyncIterator[_Trust]:
    """A site that trusts an issuer."""

    def identities(here: FakeIssuer) -> Identities:
        known = Issuer(kind=IssuerKind.GITHUB, url=URL)
        return Identities(issuers=(known,), audience=AUDIENCE, keys=here, clock=here.clock)

    async with town(tmp_path, trusting=identities) as site:
        yield _Trust(site=site, issuer=site.issuer)


async def test_a_workflow_publishes_without_a_secret(trust: _Trust) -> None:
    """Registered on the page, audience asked for, identity given, token got: as publishing tools do it."""
    browser = await trust.site.entered("ada", Role.PUBLISHER)
    assert URL in (await browser.get("/account/publishing")).text
    fields = {"project": "Demo", "issuer": URL, "subject": "acme/tool", "workflow": "release.yml"}
    assert (await browser.post("/account/publishing", **fields)).status == 303
    assert "acme/tool/.github/workflows/release.yml" in (await browser.get("/account/publishing")).text
    asked = await trust.site.browser().get("/_/oidc/audience")
    assert json.loads(asked.text) == {"audience": AUDIENCE}
    minted = await trust.mint(trust.issuer.token())
    assert (minted.status, minted.headers["Cache-Control"]) == (200, "no-store")
    secret = json.loads(minted.text)["token"]
    access = trust.site.here.accounts.access
    principal = await access.principal(username="__token__", secret=secret, address="192.0.2.1")
    assert principal.may_publish(project_name("demo"))
    (kept,) = await trust.site.here.store.publishers()
    await browser.post("/account/publishing/remove", page="/account/publishing", publisher=kept.id)
    assert (await trust.mint(trust.issuer.token())).status == 422


async def test_a_refusal_is_told_as_tools_read_it(trust: _Trust) -> None:
    """422 with a message and errors that have a code and a description; no secret is repeated."""
    sent: tuple[object, ...] = (trust.issuer.token(aud="x"), trust.issuer.token(), "", 3, None, [], "\r\nX: y")
    for token in sent:
        page = await trust.mint(token)
        said = json.loads(page.text)
        assert (page.status, said["message"]) == (422, "Token request failed")
        assert all(set(error) == {"code", "description"} for error in said["errors"])
    bodies: tuple[object, ...] = ("x", [], {"other": 1})
    for body in bodies:
        assert (await trust.site.browser().script("/_/oidc/mint-token", body)).status == 422


async def test_guessing_is_slowed_down_and_an_issuer_that_is_down_is_told(trust: _Trust) -> None:
    """Sixty refused tokens from an address, and it waits; 503 where the issuer's keys cannot be had."""
    trust.issuer.down = True
    assert (await trust.mint(trust.issuer.token())).status == 503
    statuses = {(await trust.mint("x")).status for _ in range(61)}
    assert statuses == {422, 429}


async def test_the_page_refuses_what_is_not_ones_own(trust: _Trust) -> None:
    """Another's project, an issuer that is not trusted, a name that is none, a workflow without a file."""
    await trust.site.here.add("eve", Role.PUBLISHER)
    await trust.site.here.accounts.access.claim(project_name("theirs"), "eve")
    browser = await trust.site.entered("ada", Role.PUBLISHER)
    good = {"project": "demo", "issuer": URL, "subject": "acme/tool", "workflow": "release.yml"}
    for change in (
        {"project": "theirs"},
        {"issuer": "https://evil.example.invalid"},
        {"project": "../x"},
        {"workflow": ""},
    ):
        page = await browser.post("/account/publishing", **{**good, **change})
        assert page.status in {400, 403}
        assert 'role="alert"' in page.text
    assert not await trust.site.here.store.publishers()


async def test_without_issuers_there_is_no_trusted_publishing(tmp_path: Path) -> None:
    """The end points are not there, and the page says how to have them."""
    async with town(tmp_path) as site:
        assert (await site.browser().get("/_/oidc/audience")).status == 404
        assert (await site.browser().script("/_/oidc/mint-token", {"token": "x"})).status == 404
        browser = await site.entered("ada", Role.PUBLISHER)
        assert "--trusted-issuer" in (await browser.get("/account/publishing")).text

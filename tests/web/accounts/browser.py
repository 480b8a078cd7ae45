"""A browser without JavaScript: it keeps cookies, and sends the forms of the pages that it loads."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from pratique.accounts.accounts import accounts_over
from pratique.accounts.breached import Breached
from pratique.accounts.identity import Identities
from pratique.accounts.principal import Role
from pratique.web.app import application
from pratique.web.console import templates
from pratique.web.keys import Site
from tests.accounts.issuer import FakeIssuer
from tests.accounts.world import PASSWORD, People, people
from tests.gateway.world import world

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def csrf(self) -> str:
        """The secret of its forms."""
        found = _CSRF.search(self.text) or re.search(r'data-csrf="([0-9a-f]{64})"', self.text)
        assert found, self.text
        return found[1]

    @property
    def place(self) -> str:
        """Where it leads."""
        return self.headers.get("Location", "")


@dataclass
class Browser:
    """One person's cookies at one site; ``headers`` are sent with every request."""

    session: aiohttp.ClientSession
    origin: str
    cookie: str = ""
    """Of the session."""
    visit: str = ""
    """Of the visitor; it names nobody."""
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, place: str) -> Page:
        """Load a page."""
        return await self._ask("GET", place)

    async def post(self, place: str, *, page: str | None = None, csrf: str | None = None, **fields: str) -> Page:
        """Send a form, with the secret of the page that it is on."""
        secret = csrf if csrf is not None else (await self.get(page or place)).csrf
        return await self._ask("POST", place, data={"csrf": secret, **fields})

    async def script(self, place: str, body: object) -> Page:
        """What a script of ours sends."""
        return await self._ask("POST", place, json=body)

    async def log_in(self, name: str = "ada", password: str = PASSWORD) -> Page:
        """The log-in form."""
        return await self.post("/account/log-in", name=name, password=password)

    async def _ask(self, method: str, place: str, **what: object) -> Page:
        kept = {"pratique": self.cookie, "pratique-visit": self.visit}
        cookies = "; ".join(f"{name}={value}" for name, value in kept.items() if value)
        sent = {**self.headers, **({"Cookie": cookies} if cookies else {})}
        url = f"{self.origin}{place}"
        async with self.session.request(method, url, headers=sent, allow_redirects=False, **what) as answer:  # type: ignore[arg-type]
            if "pratique" in answer.cookies:
                self.cookie = answer.cookies["pratique"].value
            if "pratique-visit" in answer.cookies:
                self.visit = answer.cookies["pratique-visit"].value
            return Page(status=answer.status, text=await answer.text(), headers=dict(answer.headers))


@dataclass
class Town:
    """A site with accounts, and the people behind it."""

    here: People
    origin: str
    session: aiohttp.ClientSession
    app: web.Application
    issuer: FakeIssuer

    def browser(self, **headers: str) -> Browser:
        """A new one."""
        return Browser(session=self.session, origin=self.origin, headers=headers)

    async def entered(self, name: str = "ada", role: Role = Role.READER) -> Browser:
        """A browser of a new user who is logged in for good."""
        await self.here.add(name, role)
        browser = self.browser()
        if not role.needs_second_factor:
            await browser.log_in(name)
            return browser
        secret, _ = await self.here.enrol(name)
        await browser.log_in(name)
        done = await browser.post("/account/second", code=self.here.code(secret))
        assert done.place == "/account/"
        self.here.clock.pass_by(60)
        return browser


@asynccontextmanager
async def town(
    folder: Path,
    *,
    public_url: str = "",
    trusting: Callable[[FakeIssuer], Identities] | None = None,
    guarded: bool = True,
) -> AsyncIterator[Town]:
    """A site on loopback; it trusts an issuer if it is told how, and knows stolen passwords if it is guarded."""
    async with people(folder) as here, world(folder, {}) as behind:
        issuer = FakeIssuer(clock=here.clock)
        parts = here.accounts.parts if guarded else replace(here.accounts.parts, breached=Breached())
        here.accounts = accounts_over(parts, trusting(issuer) if trusting else None)
        app = application(
            Site(
                gateway=behind.gateway,
                store=behind.store,
                templates=templates(),
                hosts=frozenset({"127.0.0.1", "localhost", "packages.example"}),
                instance="instance",
                accounts=here.accounts,
                authenticator=here.accounts.access,
                public_url=public_url,
            )
        )
        server = TestServer(app)
        async with server, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            origin = str(server.make_url("")).rstrip("/")
            yield Town(here=here, origin=origin, session=session, app=app, issuer=issuer)

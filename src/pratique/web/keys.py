"""What the handlers need, by typed key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web
from jinja2 import Environment

from pratique.accounts.accounts import Accounts
from pratique.accounts.model import User
from pratique.accounts.principal import Authenticator
from pratique.advisories.outside import AdvisoryStore
from pratique.aftercare.exposure import Exposure
from pratique.gateway.gateway import Gateway
from pratique.gateway.outcome import Visitor
from pratique.names import ProjectName
from pratique.notices import Notice
from pratique.ports import Store
from pratique.releases import Releases
from pratique.uploads.uploads import Uploads
from pratique.web.client import client_of
from pratique.web.desk import Desk
from pratique.web.rendered import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The parts behind the application."""

    gateway: Gateway
    store: Store
    templates: Environment
    hosts: frozenset[str]
    """Names, without ports and in lower case, under which the site may be addressed."""
    any_address: bool = False
    """Whether it may be addressed by any address in numbers as well: it listens on all."""
    instance: str
    """A random name of this process, sent as ``X-Pratique-Instance``."""
    advisories: AdvisoryStore | None = None
    uploads: Uploads | None = None
    """Nothing where no uploads are taken."""
    releases: Releases | None = None
    authenticator: Authenticator | None = None
    desk: Desk | None = None
    """Nothing where nobody reviews."""
    accounts: Accounts | None = None
    """Nothing where nobody logs in."""
    exposed: Callable[[ProjectName, str | None], Awaitable[Exposure]] | None = None
    """Who received a project's files, or those of one release; nothing where that is not on record."""
    notices: Callable[[str], Awaitable[Sequence[Notice]]] | None = None
    """What a user was told lately, by their name; nothing where nobody is."""
    public_url: str = ""
    """The origin that browsers see, where a proxy stands before this server; without a slash at the end."""


SITE: web.AppKey[Site] = web.AppKey("site", Site)
INDEX = "{index:[a-z0-9][a-z0-9-]{0,39}}"
"""A further index in a route: its name is what its address begins with."""
RENDERER: web.AppKey[Renderer] = web.AppKey("renderer", Renderer)
VIEWER: web.RequestKey[User] = web.RequestKey("viewer", User)
"""Whoever is logged in, where a page is shown to everybody: it decides what the page offers, never what may be done."""
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)


def visitor(request: web.Request) -> Visitor:
    """Who asks."""
    return Visitor(
        address=client_of(request),
        user_agent=request.headers.get("User-Agent", "")[:300],
        request=request[REQUEST_ID],
        index=index_of(request),
    )


def index_of(request: web.Request) -> str:
    """The name of the index that is asked, empty for the main one; raises `NotFound` where there is none of it."""
    name = str(request.match_info.get("index", ""))
    request.app[SITE].gateway.policies.of(name)
    return name

"""The pages of accounts: logging in, one's own account, users. They work without JavaScript, security keys apart."""

from __future__ import annotations

from aiohttp import web

from pratique.web.accounts import advice, entering, factors, keys, links, members, own, tokens, trusted, users


def add_to(app: web.Application) -> None:
    """Add the routes of this feature, and what they keep."""
    for part in (entering, links, own, members, factors, keys, tokens, trusted, users, advice):
        app.add_routes(part.routes())
    advice.throttle_in(app)
    trusted.throttle_in(app)

"""The application: features in, middleware around."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from pratique.web import (
    accounts,
    api,
    audit,
    console,
    exposure,
    files,
    legacy,
    operation,
    osv,
    projects,
    projects_manage,
    quarantine,
    report,
    simple,
)
from pratique.web.accounts.viewing import viewing
from pratique.web.client import TRUSTED
from pratique.web.guard import guard, sign
from pratique.web.keys import RENDERER, SITE, Site
from pratique.web.queue import QUEUE, Queue
from pratique.web.rendered import Renderer

_STATIC = Path(__file__).parent / "static"


def application(site: Site, run: operation.Operation | None = None) -> web.Application:
    """An aiohttp application over these parts; it owns none of them."""
    app = web.Application(middlewares=[operation.observed, guard, viewing])
    app[SITE] = site
    run = run or operation.Operation()
    app[operation.OPERATION] = run
    app[TRUSTED] = run.trusted
    app[RENDERER] = Renderer()
    app[QUEUE] = Queue()
    app.on_response_prepare.append(sign)
    features = (
        simple,
        files,
        legacy,
        osv,
        operation,
        console,
        projects,
        projects_manage,
        exposure,
        report,
        quarantine,
        audit,
        api,
    )
    for feature in features:
        app.add_routes(feature.routes())
    accounts.add_to(app)
    app.router.add_static("/static/", _STATIC)
    return app

"""The server, from its start to its end."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from socket import gethostname
from typing import TYPE_CHECKING

from pratique.aftercare.removed import WithoutRemoved
from pratique.errors import BadSetting
from pratique.gateway.following import followed
from pratique.gateway.gateway import Gateway, Ports
from pratique.wiring.aftercare import looked_after
from pratique.wiring.caching import bounded
from pratique.wiring.exposing import exposure_in
from pratique.wiring.folder import choose_database, remember_site
from pratique.wiring.notices import outbox_in, show_notices, telling
from pratique.wiring.observing import Observers
from pratique.wiring.operation import operation_for, tls_context, watching
from pratique.wiring.outside import gateway_for, own_index, ports_for
from pratique.wiring.people import accounts_in
from pratique.wiring.reviewing import console_over
from pratique.wiring.settings import Engine, ServerSettings, default_engine
from pratique.wiring.stores import advisories_in, book_in, kept_up_to_date, releases_in
from pratique.wiring.terminal import invite, say, site_at, tell
from pratique.wiring.uploads import Index, taking_uploads
from pratique.wiring.upstreams import refuse_self

if TYPE_CHECKING:
    import ssl

    from aiohttp import web

    from pratique.accounts.accounts import Accounts
    from pratique.ports import Observer
    from pratique.storage.advisories import SqlAdvisories
    from pratique.storage.outbox import SqlOutbox
    from pratique.web.desk import Desk
    from pratique.web.operation import Operation


_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104  (recognised, not chosen)


def run_server(settings: ServerSettings, engine: Engine | None = None) -> None:
    """Serve until SIGTERM or SIGINT; raises `BadSetting` where it cannot start."""
    choose_database(settings.data, settings.database)
    asyncio.run(serve(settings, engine or default_engine(settings.data)))


async def serve(settings: ServerSettings, engine: Engine) -> None:
    """Start, say where, wait for a signal, stop: requests under way are answered first."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings, engine) as site:
        await asyncio.to_thread(remember_site, settings.data, site_at(settings, str(site.port)))
        say(settings, str(site.port), site.gateway.policies)
        await invite(settings, site.accounts, str(site.port))
        await stop.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that listens."""

    port: int
    ports: Ports
    gateway: Gateway
    accounts: Accounts


@asynccontextmanager
async def running(settings: ServerSettings, engine: Engine, observer: Observer | None = None) -> AsyncIterator[Running]:
    """A server that listens until the end of the block, and then answers what is under way.

    ``observer`` is told what this one records: others may share its data folder.
    """
    from aiohttp import web

    operation = operation_for(settings)
    secure = await asyncio.to_thread(tls_context, settings.operation)
    async with (
        advisories_in(settings.data) as advisories,
        releases_in(settings.data) as releases,
        accounts_in(settings.data, settings.accounts) as accounts,
        book_in(settings.data) as book,
        ports_for(
            settings,
            engine,
            advisories,
            refusing := WithoutRemoved(own := own_index(releases)),
            book,
            observer=Observers(operation.metrics, observer) if observer else operation.metrics,
        ) as ports,
        gateway_for(ports, settings.rules) as gateway,
        followed(settings.policy, gateway.policies, book, ports.clock, tell),
        taking_uploads(settings, ports, releases, own, accounts, lambda: gateway.policies.main) as index,
        console_over(settings.data, ports, gateway, book) as desk,
        kept_up_to_date(settings, advisories),
        outbox_in(settings.data, make=True) as outbox,
        telling(settings.aftercare.notify, settings.data, outbox, accounts, settings.accounts.public_url) as herald,
        looked_after(settings, operation, ports, gateway, refusing),
        bounded(ports, gateway),
    ):
        instance = secrets.token_hex(8)
        operation = watching(operation, settings, ports)
        show_notices(herald, operation)
        application = _application(settings, ports, gateway, instance, advisories, index, operation, desk, outbox)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=5.0)
        await runner.setup()
        try:
            gc.collect()
            gc.freeze()  # what is there now stays: to look through it again and again takes up to a tenth of a second
            await _listen(runner, settings, secure)
            port = int(runner.addresses[0][1])
            await refuse_self(settings, port, instance)
            yield Running(port=port, ports=ports, gateway=gateway, accounts=accounts)
        finally:
            await runner.cleanup()


def _application(  # noqa: PLR0913, PLR0917  (each is a part of the site)
    settings: ServerSettings,
    ports: Ports,
    gateway: Gateway,
    instance: str,
    advisories: SqlAdvisories,
    index: Index,
    operation: Operation,
    desk: Desk,
    outbox: SqlOutbox,
) -> web.Application:
    from pratique.web.app import application
    from pratique.web.console import templates
    from pratique.web.keys import Site

    anywhere = settings.host in _WILDCARDS
    names = {settings.host, *settings.hosts, settings.accounts.host, *({gethostname()} if anywhere else ())} - {""}
    return application(
        Site(
            gateway=gateway,
            store=ports.store,
            templates=templates(),
            hosts=_LOOPBACK | {name.lower() for name in names},
            any_address=anywhere,
            instance=instance,
            advisories=advisories,
            uploads=index.uploads,
            releases=index.releases,
            authenticator=index.accounts.access,
            accounts=index.accounts,
            desk=desk,
            notices=outbox.told,
            exposed=partial(exposure_in, settings.data),
            public_url=settings.accounts.public_url.rstrip("/"),
        ),
        operation,
    )


async def _listen(runner: web.AppRunner, settings: ServerSettings, secure: ssl.SSLContext | None) -> None:
    from aiohttp import web

    try:
        await web.TCPSite(runner, settings.host, settings.port, ssl_context=secure).start()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
        raise BadSetting(
            f"Cannot listen on {settings.host}:{settings.port}: {why}.",
            remedy="Stop what listens there, or choose another port with --listen.",
        ) from error

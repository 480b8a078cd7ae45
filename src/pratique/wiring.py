"""Wiring: the only place where adapters are constructed and given to the use cases."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pratique.audit import NoReviews, Reviews
from pratique.errors import BadSetting
from pratique.gateway.following import followed
from pratique.gateway.gateway import Gateway, Ports, Rules
from pratique.policy import Policy
from pratique.ports import Advisories, NoAdvisories, Observer
from pratique.releases import Local, NoLocal
from pratique.verdict import Report

if TYPE_CHECKING:
    import ssl

    from aiohttp import web

    from pratique.accounts.accounts import Accounts
    from pratique.accounts.breached import Breached
    from pratique.accounts.identity import Identities
    from pratique.accounts.trusted import TrustedPublisher
    from pratique.aftercare.importing import Importer
    from pratique.gateway.assessing import Known
    from pratique.gateway.reviewing import Reviewing
    from pratique.names import ProjectName
    from pratique.storage.advisories import SqlAdvisories
    from pratique.storage.releases import SqlReleases
    from pratique.storage.review import SqlBook
    from pratique.storage.review_requests import SqlRequests
    from pratique.uploads.life import Publishing
    from pratique.uploads.own import OwnIndex
    from pratique.uploads.uploads import Uploads
    from pratique.upstream import HttpUpstream
    from pratique.web.operation import Operation

Task = Callable[..., Report]
"""``task(path, *, filename, sha256) -> Report``, importable by name: it runs in another process."""

_DATABASE = "pratique.db"
_DISK_BYTES = 64 << 20
"""With less space than this nothing more can be kept, and so nothing new be served."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104  (recognised, not chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What inspects, and within which limits."""

    task: Task
    version: str
    workers: int = field(default_factory=lambda: max(1, (os.cpu_count() or 2) - 1))
    seconds: float = 120.0
    memory_bytes: int = 1 << 30
    file_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """How people are known."""

    public_url: str = ""
    """Where browsers reach the site, if that is not where it listens: behind a proxy that speaks TLS."""
    breached_url: str = ""
    """A service of stolen passwords."""
    breached_file: Path | None = None
    """A file of them, for closed networks."""
    trusted_issuers: tuple[str, ...] = ()
    """Who vouches for workflows: ``KIND=URL``."""

    @property
    def host(self) -> str:
        """The host of the public URL; raises `BadSetting` where it is no origin."""
        parts = urlsplit(self.public_url)
        if self.public_url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
            raise BadSetting(
                f"--public-url {self.public_url} is no origin.", remedy="For example https://packages.example.org."
            )
        return parts.hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSettings:
    """How a server is run."""

    log_format: str = ""
    """``text`` or ``json``; empty logs no requests."""
    rate_limit: int = 0
    """Requests a minute of one client; 0 sets no limit."""
    tls_certificate: Path | None = None
    """A PEM file: the certificate and those that vouch for it. Without one the server speaks HTTP."""
    tls_key: Path | None = None
    """The certificate's key, unless that lies in the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How a server is started."""

    host: str = "127.0.0.1"
    port: int = 8470
    """0 takes any free one."""
    data: Path = Path("pratique-data")
    upstream: str | None = None
    """The index behind this one; the one that pip is configured with if there is none."""
    hosts: frozenset[str] = frozenset()
    """Further names under which the site may be addressed."""
    rules: Rules = field(default_factory=Rules)
    policy: Path | None = None
    """A file with the policy; it is followed while the server runs."""
    advisories: tuple[str, ...] = ()
    """Folders, zips or addresses of OSV records that are kept up to date."""
    advisories_every: timedelta = timedelta(hours=1)
    accounts: AccountSettings = field(default_factory=AccountSettings)
    operation: OperationSettings = field(default_factory=OperationSettings)


class SystemClock:
    """`pratique.ports.Clock` by the machine's clock."""

    def now(self) -> datetime:
        """The current moment, in UTC."""
        return datetime.now(UTC)


def default_engine() -> Engine:
    """The engine of this program, with limits as the environment sets them; raises `BadSetting`."""
    from pratique.jobs.settings import limits_from
    from pratique.screen import ENGINE, screen_file

    limits = limits_from(os.environ)
    return Engine(
        task=partial(screen_file, limits=limits.screen),
        version=ENGINE + limits.mark,
        seconds=limits.worker.seconds,
        memory_bytes=limits.worker.memory_bytes,
        file_seconds=limits.worker.file_seconds,
    )


@asynccontextmanager
async def open_upstream(url: str | None, observer: Observer | None = None) -> AsyncIterator[HttpUpstream]:
    """The index behind us, or the one that pip is configured with."""
    from pratique.index.parse import parse_page
    from pratique.upstream import HttpUpstream, default_upstream

    async with HttpUpstream(url or default_upstream(), parse=parse_page, observer=observer) as upstream:
        yield upstream


@asynccontextmanager
async def ports_for(
    data: Path,
    upstream: str | None,
    engine: Engine,
    advisories: Advisories | None = None,
    local: Local | None = None,
    reviews: Reviews | None = None,
    observer: Observer | None = None,
) -> AsyncIterator[Ports]:
    """Everything outside, opened; closed again in reverse order."""
    from pratique.jobs import PoolInspector
    from pratique.storage.database import open_store
    from pratique.storage.disk import DiskBlobs

    folder = await asyncio.to_thread(_folder, data)
    async with AsyncExitStack() as stack:
        store = await open_store(f"sqlite:///{folder / _DATABASE}", observer=observer)
        stack.push_async_callback(store.close)
        blobs = DiskBlobs(folder / "blobs")
        stack.callback(blobs.close)
        inspector = PoolInspector(
            engine=engine.version,
            workers=engine.workers,
            seconds=engine.seconds,
            memory_bytes=engine.memory_bytes,
            file_seconds=engine.file_seconds,
            task=engine.task,
        )
        stack.push_async_callback(inspector.close)
        up = await stack.enter_async_context(open_upstream(upstream, observer))
        yield Ports(
            store=store,
            blobs=blobs,
            upstream=up,
            inspector=inspector,
            clock=SystemClock(),
            advisories=advisories or NoAdvisories(),
            local=local or NoLocal(),
            reviews=reviews or NoReviews(),
        )


@asynccontextmanager
async def book_in(data: Path, *, make: bool = True) -> AsyncIterator[SqlBook]:
    """Decisions and the audit log of a data folder; raises `BadSetting` where there is no database to be found."""
    from pratique.storage.review import open_book
    from pratique.storage.review_head import HeadFiles

    await _require_database(data, make=make)
    folder = await asyncio.to_thread(_folder, data)
    book = await open_book(f"sqlite:///{folder / _DATABASE}", HeadFiles(*head_files(folder)))
    try:
        yield book
    finally:
        await book.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a person reviews what a server keeps, beside it."""

    known: Known
    reviewing: Reviewing
    book: SqlBook
    requests: SqlRequests


@asynccontextmanager
async def desk_in(
    data: Path, *, policy: Policy | None = None, upstream: str | None = None, online: bool = False
) -> AsyncIterator[Desk]:
    """The desk over a data folder, with a policy or the one that came into force there last; raises `BadSetting`.

    Only what is ``online`` asks the upstream, for pages that were never seen.
    """
    from pratique.gateway.assessing import Known
    from pratique.gateway.offline import StoredListings
    from pratique.gateway.policies import Policies
    from pratique.gateway.reviewing import Reviewing
    from pratique.policy.reading import read_policy
    from pratique.review.kept import Decisions
    from pratique.storage.database import open_store
    from pratique.storage.review_requests import SqlRequests

    async with AsyncExitStack() as stack:
        book = await stack.enter_async_context(book_in(data, make=False))
        url = f"sqlite:///{await asyncio.to_thread(_folder, data) / _DATABASE}"
        store = await open_store(url)
        stack.push_async_callback(store.close)
        requests = SqlRequests(url)
        stack.push_async_callback(requests.close)
        releases = await stack.enter_async_context(releases_in(data))
        advisories = await stack.enter_async_context(advisories_in(data))
        if policy is None:
            policy = read_policy((await book.policy() or ("", ""))[1], "in force")
        policies, local, clock = Policies(policy, heeds_all=True), own_index(releases), SystemClock()
        up = await stack.enter_async_context(open_upstream(upstream)) if online else None
        known = Known(
            store=store,
            clock=clock,
            advisories=advisories,
            local=local,
            listings=StoredListings(store=store, local=local, policies=policies, upstream=up),
            decisions=Decisions(book, clock),
            policies=policies,
            engine=await requests.engine() or default_engine().version,
        )
        reviewing = Reviewing(known, book=book, requests=requests)
        yield Desk(known=known, reviewing=reviewing, book=book, requests=requests)


def head_files(data: Path) -> tuple[Path, ...]:
    """Where the heads of the audit log are kept: in the data folder, and where ``PRATIQUE_AUDIT_HEAD`` says."""
    elsewhere = os.environ.get("PRATIQUE_AUDIT_HEAD", "").strip()
    return (data / "audit-head", *([Path(elsewhere)] if elsewhere else []))


@asynccontextmanager
async def releases_in(data: Path, *, make: bool = True) -> AsyncIterator[SqlReleases]:
    """The team's own projects; raises `BadSetting` where there is no database and none is to be made."""
    from pratique.storage.releases import open_releases

    await _require_database(data, make=make)
    folder = await asyncio.to_thread(_folder, data)
    releases = await open_releases(f"sqlite:///{folder / _DATABASE}")
    try:
        yield releases
    finally:
        await releases.close()


@asynccontextmanager
async def publishing_in(data: Path) -> AsyncIterator[tuple[SqlReleases, Publishing]]:
    """The team's own projects in a server's data folder, and the power to change them; raises `BadSetting`."""
    from pratique.storage.database import open_store
    from pratique.uploads.life import Publishing

    async with releases_in(data, make=False) as releases:
        store = await open_store(f"sqlite:///{await asyncio.to_thread(_folder, data) / _DATABASE}")
        try:
            yield releases, Publishing(releases=releases, store=store, clock=SystemClock())
        finally:
            await store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """What makes this server the team's own index, besides a gateway."""

    releases: SqlReleases
    accounts: Accounts
    uploads: Uploads | None


def own_index(releases: SqlReleases) -> OwnIndex:
    """The team's own projects as the gateway meets them."""
    from pratique.uploads.own import OwnIndex

    return OwnIndex(releases, SystemClock())


@asynccontextmanager
async def _taking_uploads(
    settings: ServerSettings, ports: Ports, releases: SqlReleases, own: OwnIndex, accounts: Accounts, policy: Policy
) -> AsyncIterator[_Index]:
    """Uploads are taken, and screened beside everything else, until the end."""
    from pratique.uploads.attested import AttestedByPublishers
    from pratique.uploads.opened import uploads_over
    from pratique.uploads.outside import Outside

    async def publishers(project: ProjectName) -> Sequence[TrustedPublisher]:
        return [one for one in await accounts.parts.store.publishers() if one.project == project]

    outside = Outside(
        releases=releases,
        store=ports.store,
        blobs=ports.blobs,
        inspector=ports.inspector,
        accounts=accounts.access,
        clock=ports.clock,
        policy=policy,
        changed=own.changed,
        verifier=AttestedByPublishers(publishers),
    )
    async with uploads_over(outside, settings.data / "uploads") as uploads:
        yield _Index(releases=releases, accounts=accounts, uploads=uploads)


@asynccontextmanager
async def accounts_in(
    data: Path, settings: AccountSettings | None = None, *, make: bool = True
) -> AsyncIterator[Accounts]:
    """The accounts of a data folder; raises `BadSetting` where there is no database and none is to be made."""
    from pratique.accounts.accounts import accounts_over
    from pratique.accounts.hashing import Hashes
    from pratique.accounts.parts import Parts
    from pratique.storage.accounts import open_accounts

    chosen = settings or AccountSettings()
    names = tuple(name for name in (chosen.host, "pratique", gethostname()) if name)
    breached = await asyncio.to_thread(_breached, chosen)
    await _require_database(data, make=make)
    store = await open_accounts(f"sqlite:///{await asyncio.to_thread(_folder, data) / _DATABASE}")
    try:
        yield accounts_over(
            Parts(store=store, clock=SystemClock(), hashes=Hashes(), breached=breached, names=names),
            _identities(chosen),
        )
    finally:
        await store.close()


def _identities(settings: AccountSettings) -> Identities | None:
    """Nothing where no issuer is trusted; raises `BadSetting`."""
    if not settings.trusted_issuers:
        return None
    from pratique.accounts.identity import Identities
    from pratique.accounts.trusted import issuer
    from pratique.upstream.issuers import HttpIssuerKeys

    return Identities(
        issuers=tuple(issuer(text) for text in settings.trusted_issuers),
        audience=settings.host or "pratique",
        keys=HttpIssuerKeys(),
        clock=SystemClock(),
    )


def _breached(settings: AccountSettings) -> Breached:
    from pratique.accounts.breached import Breached
    from pratique.storage.breaches import BreachFile
    from pratique.upstream.breaches import HttpBreaches

    offline = BreachFile(settings.breached_file) if settings.breached_file else None
    if offline:
        offline.check()
    return Breached(service=HttpBreaches(settings.breached_url) if settings.breached_url else None, offline=offline)


@asynccontextmanager
async def advisories_in(data: Path, *, make: bool = True) -> AsyncIterator[SqlAdvisories]:
    """The advisories of a data folder; raises `BadSetting` where there is no database and none is to be made."""
    from pratique.storage.advisories import open_advisories

    await _require_database(data, make=make, otherwise="or bring advisories in with `pratique advisories import`")
    folder = await asyncio.to_thread(_folder, data)
    store = await open_advisories(f"sqlite:///{folder / _DATABASE}")
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def importer_for(store: SqlAdvisories, data: Path) -> AsyncIterator[Importer]:
    """What brings advisories into this store; large files lie in the data folder meanwhile."""
    from pratique.aftercare.importing import Importer
    from pratique.upstream.feed import HttpFeed

    async with HttpFeed() as feed:
        yield Importer(store=store, feed=feed, clock=SystemClock(), folder=await asyncio.to_thread(_folder, data))


@asynccontextmanager
async def _kept_up_to_date(settings: ServerSettings, store: SqlAdvisories) -> AsyncIterator[None]:
    """Advisories are refreshed at once and on schedule, beside everything else, until the end."""
    from pratique.aftercare.places import place_of
    from pratique.aftercare.schedule import Keeper

    for source in settings.advisories:
        place_of(source)  # what cannot be a source is told now, not in an hour
    async with importer_for(store, settings.data) as importer:
        keeper = Keeper(importer, settings.advisories, every=settings.advisories_every, tell=_tell)
        task = asyncio.create_task(keeper.run(), name="pratique-advisories")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _require_database(
    data: Path, *, make: bool, otherwise: str = "or start it there once with `pratique serve`"
) -> None:
    if not make and not await asyncio.to_thread((data / _DATABASE).exists):
        raise BadSetting(
            f"There is no database in {data}.", remedy=f"Name the server's folder with --data, {otherwise}."
        )


def _folder(data: Path) -> Path:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"The data folder {data} cannot be made: {error.strerror}.", remedy="Choose another with --data."
        ) from error
    return data.resolve()


@asynccontextmanager
async def gateway_for(ports: Ports, rules: Rules) -> AsyncIterator[Gateway]:
    """A gateway over these ports, closed at the end."""
    gateway = Gateway(ports, rules)
    try:
        yield gateway
    finally:
        await gateway.close()


def run_server(settings: ServerSettings, engine: Engine | None = None) -> None:
    """Serve until SIGTERM or SIGINT; raises `BadSetting` where it cannot start."""
    asyncio.run(serve(settings, engine or default_engine()))


async def serve(settings: ServerSettings, engine: Engine) -> None:
    """Start, say where, wait for a signal, stop: requests under way are answered first."""
    from aiohttp import web

    operation = _operation(settings)
    secure = await asyncio.to_thread(_tls, settings.operation)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with (
        advisories_in(settings.data) as advisories,
        releases_in(settings.data) as releases,
        accounts_in(settings.data, settings.accounts) as accounts,
        book_in(settings.data) as book,
        ports_for(
            settings.data,
            settings.upstream,
            engine,
            advisories,
            own := own_index(releases),
            book,
            observer=operation.metrics,
        ) as ports,
        gateway_for(ports, settings.rules) as gateway,
        followed(settings.policy, gateway.policies, book, ports.clock, _tell) as policy,
        _taking_uploads(settings, ports, releases, own, accounts, policy) as index,
        _kept_up_to_date(settings, advisories),
    ):
        instance = secrets.token_hex(8)
        operation = _watching(operation, settings, ports)
        application = _application(settings, ports, gateway, instance, advisories, index, operation)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=5.0)
        await runner.setup()
        try:
            await _listen(runner, settings, secure)
            port = int(runner.addresses[0][1])
            await _refuse_self(settings, port, instance)
            _say(settings, str(port))
            await _invite(settings, accounts, str(port))
            await stop.wait()
        finally:
            await runner.cleanup()


def _application(
    settings: ServerSettings,
    ports: Ports,
    gateway: Gateway,
    instance: str,
    advisories: SqlAdvisories,
    index: _Index,
    operation: Operation,
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
            public_url=settings.accounts.public_url.rstrip("/"),
        ),
        operation,
    )


def _operation(settings: ServerSettings) -> Operation:
    """Metrics, and the log and the limit that were asked for."""
    from pratique.web.operation import LogFormat, Operation
    from pratique.web.operation.limiting import Limiter
    from pratique.web.operation.logs import RequestLog

    chosen = settings.operation
    return Operation(
        log=RequestLog(LogFormat(chosen.log_format), sys.stderr) if chosen.log_format else None,
        limiter=Limiter(chosen.rate_limit) if chosen.rate_limit else None,
    )


def _watching(operation: Operation, settings: ServerSettings, ports: Ports) -> Operation:
    """With the queue among the metrics, and with what the server needs besides its database."""
    from pratique.jobs import PoolInspector

    async def disk() -> str:
        free = (await asyncio.to_thread(shutil.disk_usage, settings.data)).free
        return f"disk: {free >> 20} MiB are free in the data folder" if free < _DISK_BYTES else ""

    if not isinstance(ports.inspector, PoolInspector):
        return replace(operation, checks=(disk,))
    operation.metrics.watch_queue(ports.inspector.load)
    return replace(operation, checks=(ports.inspector.workers, disk))


def _tls(settings: OperationSettings) -> ssl.SSLContext | None:
    """What the server proves its name with; raises `BadSetting`."""
    import ssl

    if settings.tls_certificate is None:
        if settings.tls_key is not None:
            raise BadSetting("--tls-key without a certificate.", remedy="Give --tls-certificate FILE as well.")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except OSError as error:
        reason = error.strerror or getattr(error, "reason", None) or "not PEM"
        raise BadSetting(
            f"The certificate {settings.tls_certificate} or its key cannot be used: {reason}.",
            remedy="Give PEM files with --tls-certificate and --tls-key, readable by this user.",
        ) from error
    return context


async def _listen(runner: web.AppRunner, settings: ServerSettings, secure: ssl.SSLContext | None) -> None:
    from aiohttp import web

    try:
        await web.TCPSite(runner, settings.host, settings.port, ssl_context=secure).start()
    except OSError as error:
        raise BadSetting(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror or error}.",
            remedy="Stop what listens there, or choose another port with --listen.",
        ) from error


async def _refuse_self(settings: ServerSettings, port: int, instance: str) -> None:
    """Raise `BadSetting` where the upstream is this very server, by its address or by what it answers."""
    from pratique.upstream import default_upstream, is_self, redact

    url = settings.upstream or default_upstream()
    async with open_upstream(url) as upstream:
        if is_self(url, settings.host, port) or await upstream.probe() == instance:
            raise BadSetting(
                f"The upstream {redact(url)} is this server itself.",
                remedy="Name the index behind it with --upstream URL.",
            )


def _tell(text: str) -> None:
    """Something that whoever runs the server may want to know; it may speak of what others wrote."""
    from pratique.printable import printable

    sys.stderr.write(f"{printable(text)}\n")
    sys.stderr.flush()


async def _invite(settings: ServerSettings, accounts: Accounts, port: str) -> None:
    """On the first start, the link that makes an administrator: to a terminal alone, since all else is a log."""
    if await accounts.people.has_administrator():
        return
    if sys.stdout.isatty():
        site = settings.accounts.public_url.rstrip("/") or _site(settings, port)
        link = f"{site}/account/link/{await accounts.people.first_link()}"
        said = f"Nobody administers this server yet. Within an hour, open once: {link}"
    else:
        said = f"Nobody administers this server yet: `pratique user first --data {settings.data}` prints a link."
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()


def _site(settings: ServerSettings, port: str) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if settings.operation.tls_certificate else 'http'}://{host}:{port}"


def _say(settings: ServerSettings, port: str) -> None:
    index = f"{_site(settings, port)}/simple/"
    sys.stdout.write(
        f"Index at {index}\n"
        f"pip: --index-url {index}   uv: --default-index {index}   "
        f"Poetry: poetry source add --priority=primary pratique {index}\n"
        f"Data in {settings.data.resolve()}\n"
    )
    sys.stdout.flush()

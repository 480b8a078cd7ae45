"""The team's own index as a whole, over surroundings that tests command."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from pratique.gateway.gateway import Gateway, Rules
from pratique.gateway.gateway import Ports as GatewayPorts
from pratique.gateway.patience import Patience
from pratique.identity import Popular, default_popular
from pratique.names import project_name
from pratique.ports import Advisories, NoAdvisories
from pratique.storage.database import SqlStore, open_store
from pratique.storage.disk import DiskBlobs
from pratique.storage.releases import SqlReleases, open_releases
from pratique.uploads.life import Publishing
from pratique.uploads.limits import UploadLimits
from pratique.uploads.outside import Outside
from pratique.uploads.own import OwnIndex
from pratique.uploads.provenance import NoAttestations, Verifier
from pratique.uploads.reserving import Reserving
from pratique.uploads.screening import Screening
from pratique.uploads.uploads import Uploads
from pratique.web.app import application
from pratique.web.console import templates
from pratique.web.keys import Site
from tests.fakes.accounts import FakeAccounts
from tests.fakes.memory import FakeClock, FakeInspector
from tests.fakes.upstream import FakeUpstream
from tests.gateway.world import judge
from tests.support.distributions import Built

DEMO = project_name("demo")
_SINGLE = {"metadata-version", "name", "version", "summary", "requires-python", "description-content-type"}
_MANY = {"requires-dist": "requires_dist", "classifier": "classifiers", "project-url": "project_urls"}


@dataclass
class Shop:
    """An index, its surroundings, and a way to upload as a client does."""

    folder: Path
    clock: FakeClock
    inspector: FakeInspector
    upstream: FakeUpstream
    accounts: FakeAccounts
    store: SqlStore
    blobs: DiskBlobs
    releases: SqlReleases
    screening: Screening
    uploads: Uploads
    own: OwnIndex
    publishing: Publishing
    names: Reserving
    gateway: Gateway
    url: str = ""

    def site(self) -> web.Application:
        """The site before it."""
        return application(
            Site(
                gateway=self.gateway,
                store=self.store,
                templates=templates(),
                hosts=frozenset({"127.0.0.1"}),
                instance="instance",
                uploads=self.uploads,
                releases=self.releases,
                authenticator=self.accounts,
            )
        )

    async def upload(
        self,
        built: Built,
        *,
        user: str = "ann",
        filename: str | None = None,
        fields: Mapping[str, str | list[str] | None] | None = None,
    ) -> Reply:
        """Upload as twine does; ``fields`` replaces some of the form, and leaves out what is nothing."""
        form = aiohttp.MultipartWriter("form-data")
        for name, value in {**form_of(built), **(fields or {})}.items():
            for one in [] if value is None else [value] if isinstance(value, str) else value:
                form.append(one).set_content_disposition("form-data", name=name)
        part = form.append(built.data, {"Content-Type": "application/octet-stream"})
        part.set_content_disposition("form-data", name="content", filename=filename or built.filename)
        return await self.post(form, user=user)

    async def post(
        self, form: aiohttp.MultipartWriter | bytes | io.BytesIO, *, user: str = "ann", **headers: str
    ) -> Reply:
        """Send a form."""
        sent = {**credentials(user), **{name.replace("_", "-"): value for name, value in headers.items()}}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/legacy/", data=form, headers=sent) as answer,
        ):
            body = await answer.read()
            kind = answer.headers.get("Content-Type", "")
            return Reply(status=answer.status, reason=answer.reason or "", kind=kind, body=body.decode())

    async def get(self, path: str, **headers: str) -> Reply:
        """Ask for a page or a file; a dash in a header's name is written as an underscore."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}{path}", headers=sent) as answer:
            body = (await answer.read()).decode("latin-1")
            kind = answer.headers.get("Content-Type", "")
            return Reply(
                status=answer.status,
                reason=answer.reason or "",
                kind=kind,
                body=body,
                etag=answer.headers.get("ETag", ""),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as a client sees it."""

    status: int
    reason: str
    kind: str
    body: str
    etag: str = ""


def credentials(user: str) -> dict[str, str]:
    """How a client says who it is."""
    encoded = base64.b64encode(f"__token__:{user[::-1]}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


def form_of(built: Built) -> dict[str, str | list[str] | None]:
    """The fields that clients send with this file: its metadata, type and digests."""
    form: dict[str, str | list[str] | None] = {":action": "file_upload", "protocol_version": "1"}
    message = BytesParser().parsebytes(built.metadata)
    for name in message:
        if name.lower() in _SINGLE:
            form[name.lower().replace("-", "_")] = message[name]
        if name.lower() in _MANY:
            form[_MANY[name.lower()]] = message.get_all(name) or []
    wheel = built.filename.endswith(".whl")
    return {
        **form,
        "filetype": "bdist_wheel" if wheel else "sdist",
        "pyversion": "py3" if wheel else "source",
        "md5_digest": hashlib.md5(built.data).hexdigest(),
        "sha256_digest": built.sha256,
        "blake2_256_digest": hashlib.blake2b(built.data, digest_size=32).hexdigest(),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a team decides about names."""

    hold_new: bool = False
    popular: Popular = field(default_factory=default_popular)


@asynccontextmanager
async def shop(
    folder: Path,
    *,
    limits: UploadLimits | None = None,
    hold: float = 30.0,
    inspector: FakeInspector | None = None,
    advisories: Advisories | None = None,
    verifier: Verifier | None = None,
    names: Names | None = None,
) -> AsyncIterator[Shop]:
    """An index whose files lie in ``folder``; opened there again it has what was there."""
    clock, inspector = FakeClock(), inspector or FakeInspector(judge=judge)
    upstream, accounts = FakeUpstream(project=project_name("public"), files={}), FakeAccounts()
    database = f"sqlite:///{folder / 'db'}"
    store, releases, blobs = await open_store(database), await open_releases(database), DiskBlobs(folder / "blobs")
    own, limits, names = OwnIndex(releases, clock), limits or UploadLimits(), names or Names()
    outside = Outside(
        releases=releases,
        store=store,
        blobs=blobs,
        inspector=inspector,
        accounts=accounts,
        clock=clock,
        changed=own.changed,
        verifier=verifier or NoAttestations(),
        popular=names.popular,
        hold_new_names=names.hold_new,
        policy=lambda: gateway.policies.main,
    )
    screening = Screening(outside, again=0.01)
    uploads = Uploads(outside, screening=screening, folder=folder / "spool", limits=limits, hold=hold)
    gateway = Gateway(
        GatewayPorts(
            store=store,
            blobs=blobs,
            upstream=upstream,
            inspector=inspector,
            clock=clock,
            local=own,
            advisories=advisories or NoAdvisories(),
        ),
        Rules(patience=Patience()),
    )
    made = Shop(
        folder=folder,
        clock=clock,
        inspector=inspector,
        upstream=upstream,
        accounts=accounts,
        store=store,
        blobs=blobs,
        releases=releases,
        screening=screening,
        uploads=uploads,
        own=own,
        publishing=Publishing(releases=releases, store=store, clock=clock, changed=own.changed),
        names=Reserving(releases=releases, store=store, clock=clock, changed=own.changed),
        gateway=gateway,
    )
    try:
        async with TestServer(made.site()) as server:
            made.url = str(server.make_url("")).rstrip("/")
            yield made
    finally:
        await uploads.close()
        await gateway.close()
        await releases.close()
        await store.close()
        blobs.close()

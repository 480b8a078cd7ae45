"""A real publishing tool in a workflow: it asks who we are, gets an identity, and publishes with what it is given."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pratique.accounts.accounts import accounts_over
from pratique.accounts.identity import Identities
from pratique.accounts.principal import Role
from pratique.accounts.trusted import Issuer, IssuerKind
from pratique.names import project_name
from pratique.web.app import application
from pratique.web.console import templates
from pratique.web.keys import Site
from tests.accounts.issuer import AUDIENCE, URL, FakeIssuer
from tests.accounts.world import People, people
from tests.support.certificate import certified
from tests.support.distributions import Built, make_wheel
from tests.support.server import environment
from tests.uploads.shop import Shop, shop

_UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
_WHEEL = make_wheel("demo", "1.0", {"demo/__init__.py": "VALUE = 1\n"})


@dataclass
class _Workflow:
    """A job whose issuer gives it identities, and the index that it publishes to."""

    index: Shop
    here: People
    url: str
    identities: str
    certificate: Path
    claims: dict[str, object]

    async def publish(self, built: Built) -> tuple[int, str]:
        """``uv publish`` as it runs in a workflow; no secret is given to it."""
        path = self.certificate.parent / built.filename
        path.write_bytes(built.data)
        process = await asyncio.create_subprocess_exec(
            *(_UV, "publish", "--no-config", "--trusted-publishing", "always"),
            *("--publish-url", f"{self.url}/legacy/", str(path)),
            env={
                **environment(),
                "GITHUB_ACTIONS": "true",
                "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.identities}/identity?api-version=2",
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job",
                "SSL_CERT_FILE": str(self.certificate),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return process.returncode or 0, " ".join(printed.decode().split())


@asynccontextmanager
async def _served(app: web.Application, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    server = TestServer(app, scheme="https" if context else "http")
    await server.start_server(ssl=context)
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


@pytest.fixture
async def workflow(tmp_path: Path) -> AsyncIterator[_Workflow]:
    """An index that trusts the workflow release.yml of acme/tool for the project demo, which is not there yet."""
    certificate, key = certified(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    claims: dict[str, object] = {}
    (tmp_path / "index").mkdir()
    async with people(tmp_path) as here, shop(tmp_path / "index") as index:
        issuer = FakeIssuer(clock=here.clock)

        async def identity(request: web.Request) -> web.Response:
            return web.json_response({"value": issuer.token(aud=request.query["audience"], **claims)})

        known = Issuer(kind=IssuerKind.GITHUB, url=URL)
        here.accounts = accounts_over(
            here.accounts.parts, Identities(issuers=(known,), audience=AUDIENCE, keys=issuer, clock=here.clock)
        )
        ada = await here.add("ada", Role.PUBLISHER)
        await here.enrol("ada")
        assert here.accounts.publishing
        await here.accounts.publishing.register(
            ada, project_name("demo"), URL, subject="acme/tool", workflow="release.yml"
        )
        site = Site(
            gateway=index.gateway,
            store=index.store,
            templates=templates(),
            hosts=frozenset({"127.0.0.1"}),
            instance="instance",
            uploads=index.uploads,
            releases=index.releases,
            authenticator=here.accounts.access,
            accounts=here.accounts,
        )
        giving = web.Application()
        giving.add_routes([web.get("/identity", identity)])
        async with _served(application(site), context) as url, _served(giving) as identities:
            yield _Workflow(
                index=index, here=here, url=url, identities=identities, certificate=certificate, claims=claims
            )


async def test_a_workflow_publishes_without_a_secret(workflow: _Workflow) -> None:
    """Audience, identity, token, upload: all by uv itself; the file is the registering user's."""
    status, printed = await workflow.publish(_WHEEL)
    assert status == 0, printed
    (file,) = await workflow.index.releases.uploads()
    assert (file.filename, file.uploader) == (_WHEEL.filename, "ada")


async def test_another_repository_reads_why_it_may_not(workflow: _Workflow) -> None:
    """The refusal's description stands in uv's own output, and nothing is uploaded."""
    workflow.claims["repository"] = "evil/tool"
    status, printed = await workflow.publish(_WHEEL)
    assert status != 0
    assert "No project trusts this workflow" in printed, printed
    assert not await workflow.index.releases.uploads()


async def test_its_token_publishes_no_other_project(workflow: _Workflow) -> None:
    """Bound to the project that trusts it."""
    status, printed = await workflow.publish(make_wheel("other", "1.0", {"other/__init__.py": "VALUE = 1\n"}))
    assert status != 0
    assert "403" in printed, printed
    assert not await workflow.index.releases.uploads()
